"""Where analyses are done and kept: one for each document as long as neither it nor what it depends on changes.

Only a memo: with or without it the answers are the same. Whoever asks may be the first to reach a new verdict, so what
the client was told is kept beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sessile.lsp.convert import to_json
from sessile.lsp.diagnostics import DiagnosticWriter, result_id
from sessile.lsp.documents import by_path
from sessile.lsp.uris import to_uri
from sessile.rules.finding import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sessile.lsp.backend import Backend
    from sessile.lsp.capabilities import Client
    from sessile.lsp.documents import Opened
    from sessile.lsp.shapes import JsonDiagnostic, JsonLocation, JsonPosition
    from sessile.rules.finding import Location
    from sessile.text import Document


@dataclass(frozen=True)
class Diagnosed:
    """A document's findings and what the client is told of them."""

    report: Report
    diagnostics: Sequence[JsonDiagnostic]

    @cached_property
    def result_id(self) -> str:
        """Equal where the diagnostics are; only computed if somebody compares."""
        return result_id(self.diagnostics)


class Desk:
    """`enabled` says whether the person wants a file analysed at all; `news` is called with each new verdict."""

    def __init__(self, backend: Backend, enabled: Callable[[str], bool], news: Callable[[], None]) -> None:
        self.backend = backend
        self._news = news
        self._enabled = enabled
        self._done: dict[str, tuple[Document | None, Diagnosed]] = {}
        self._told: dict[str, Diagnosed] = {}
        self._files: dict[str, Document | None] = {}
        self._module: tuple[Document | None, Report] = (None, Report("", ()))

    def diagnosed(
        self, opened: Opened, among: Mapping[str, Opened], client: Client, *, hurried: bool = True
    ) -> Diagnosed:
        """The verdict on a document, in a hurry perhaps not complete; `among` are all open ones, to which locations may
        point."""
        kept = self._done.get(opened.uri)
        if kept is not None and kept[0] is opened.analysed and (hurried or kept[1].report.complete):
            return kept[1]
        report = self._report(opened, hurried=hurried) if opened.python else Report(opened.document.path, ())
        writer = DiagnosticWriter(client, lambda place: self.located(place, among, client), self.backend.link)
        fresh = Diagnosed(report, writer.all(report.findings, opened))
        self._done[opened.uri] = (opened.analysed, fresh)
        self._news()
        return fresh

    def tell(self, opened: Opened, among: Mapping[str, Opened], client: Client, *, hurried: bool) -> Diagnosed:
        """The verdict on a document, of which the client hears now: it is told it, or to ask for it."""
        self._told[opened.uri] = found = self.diagnosed(opened, among, client, hurried=hurried)
        return found

    def told(self, uri: str) -> Diagnosed | None:
        """The verdict on a document of which the client heard last."""
        return self._told.get(uri)

    def last(self, uri: str) -> Diagnosed | None:
        """The last verdict on a document, of whatever text."""
        kept = self._done.get(uri)
        return kept[1] if kept else None

    def severities(self) -> Iterator[int]:
        """Those of all that was last said of open documents."""
        for _, diagnosed in self._done.values():
            yield from (each["severity"] for each in diagnosed.diagnostics)

    def complete(self, opened: Opened) -> bool:
        """Whether the verdict on a document is all that there is to say of it, or has not been asked for."""
        kept = self._done.get(opened.uri)
        return kept is None or kept[0] is not opened.analysed or kept[1].report.complete

    def expire(self) -> None:
        """What files depend on changed: every verdict is to be reached again."""
        self._done = {uri: (None, diagnosed) for uri, (_, diagnosed) in self._done.items()}
        self._files.clear()
        self._module = (None, Report("", ()))

    def reread(self, path: str) -> None:
        """A file that is not open changed on the disk."""
        self._files.pop(path, None)

    def forget(self, uri: str) -> None:
        """The client closed a document."""
        self._done.pop(uri, None)
        self._told.pop(uri, None)
        self._news()

    def text_of(self, path: str, among: Mapping[str, Opened]) -> Document | None:
        """A file as the client or, if it is not open, the disk has it."""
        opened = by_path(among, path)
        if opened is not None:
            return opened.document
        if path not in self._files:
            self._files[path] = self.backend.read(path)
        return self._files[path]

    def located(self, place: Location, among: Mapping[str, Opened], client: Client) -> JsonLocation:
        """A place in any file, in the client's terms; in a file that cannot be read columns stay as they are."""
        opened = by_path(among, place.path)
        document = self.text_of(place.path, among)
        uri = opened.uri if opened else to_uri(place.path)
        if document is not None:
            return {"uri": uri, "range": to_json(document.lines, place.range, client.encoding)}
        first: JsonPosition = {"line": place.range.start.line - 1, "character": place.range.start.column}
        last: JsonPosition = {"line": place.range.end.line - 1, "character": place.range.end.column}
        return {"uri": uri, "range": {"start": first, "end": last}}

    def _report(self, opened: Opened, *, hurried: bool) -> Report:
        document = opened.analysed
        if not self._enabled(document.path):
            return Report(opened.document.path, ())
        if opened.part is None:
            return self.backend.analyze(document, hurried=hurried)
        return opened.part.report(self._module_report(document, hurried=hurried))

    def _module_report(self, document: Document, *, hurried: bool) -> Report:
        """The report on the last notebook asked for is kept, since each of its cells asks for it."""
        known, report = self._module
        if known is not document or not (hurried or report.complete):
            report = self.backend.analyze(document, hurried=hurried)
            self._module = (document, report)
        return report
