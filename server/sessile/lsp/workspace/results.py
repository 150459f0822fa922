"""What is known of files that are not open, and who is told: pulling clients when they ask, the others at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sessile.lsp.diagnostics import SEVERITIES, DiagnosticWriter, result_id
from sessile.lsp.documents import Opened, by_path
from sessile.lsp.uris import to_uri
from sessile.lsp.workspace.progress import Progress
from sessile.lsp.workspace.scan import Scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.lsp.shapes import JsonDiagnostic
    from sessile.lsp.state import State
    from sessile.rules.finding import Finding


class WorkspaceResults:
    """`news` is set whenever something is not as it was, and at the end of a check; `scanning` while one is due."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._found: dict[str, tuple[Finding, ...]] = {}
        self._show_progress = Progress(state).show
        self._scan = Scan(self._take, self._progress)
        self.news = asyncio.Event()
        self.scanning = False

    def again(self) -> None:
        """Something on the disk or in the settings changed."""
        state = self._state
        state.status.changed()
        self.scanning = True
        folders = {path: state.options_for(path) for path in state.folders}
        self._scan.again({path: options for path, options in folders.items() if options.enable})

    @property
    def busy(self) -> bool:
        """Whether the worker is at work."""
        return self._scan.busy

    def severities(self) -> Iterator[int]:
        """Those of all that is said of files that are not open."""
        for path, findings in self._found.items():
            if by_path(self._state.documents.opened, path) is None:
                yield from (SEVERITIES[each.severity] for each in findings)

    def clear(self) -> None:
        """Forget everything; a new worker knows nothing."""
        self._scan.stop()
        self._scan = Scan(self._take, self._progress)
        for path in list(self._found):
            self._take(path, ())

    def stop(self) -> None:
        """Know no more."""
        self._scan.stop()

    def diagnostics(self, path: str) -> list[JsonDiagnostic]:
        """What to show of a file that is not open."""
        state = self._state
        findings = self._found.get(path, ())
        document = state.desk.text_of(path, state.documents.opened) if findings else None
        if document is None:
            return []
        among, client = state.documents.opened, state.client
        writer = DiagnosticWriter(client, lambda place: state.desk.located(place, among, client), state.backend.link)
        return writer.all(findings, Opened(to_uri(path), "python", document, True))

    def reports(self, known: dict[str, str]) -> list[dict[str, object]]:
        """A full report for each file that is not as the client knows it; `known` are its result ids by URI."""
        state = self._state
        paths = {to_uri(path): path for path in self._found if by_path(state.documents.opened, path) is None}
        found = {uri: self.diagnostics(path) for uri, path in paths.items()}
        gone: dict[str, list[JsonDiagnostic]] = {uri: [] for uri in known if uri not in found}
        reports: list[dict[str, object]] = []
        for uri, items in {**found, **gone}.items():
            number = result_id(items)
            if known.get(uri, result_id([])) != number:
                reports.append({"kind": "full", "uri": uri, "version": None, "resultId": number, "items": items})
        return reports

    def show(self, path: str) -> None:
        """Push what is known of a file that is not open (any more)."""
        state = self._state
        if not state.client.pulls and by_path(state.documents.opened, path) is None:
            state.publish(to_uri(path), self.diagnostics(path))

    def _progress(self, done: int, total: int) -> None:
        self._show_progress(done, total)
        self.scanning = done < total
        if not self.scanning:
            self._state.status.changed()
            self.news.set()

    def _take(self, path: str, findings: tuple[Finding, ...]) -> None:
        if findings == self._found.get(path, ()):
            return
        if findings:
            self._found[path] = findings
        else:
            del self._found[path]
        self._state.desk.reread(path)
        self.show(path)
        self.news.set()
