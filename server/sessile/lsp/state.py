"""What is true now. Only handlers that take a `State` may change it, and they run on the event loop, one at a time."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from sessile.lsp.attention import Attention
from sessile.lsp.capabilities import Client
from sessile.lsp.desk import Desk
from sessile.lsp.diagnosis import Diagnosis
from sessile.lsp.documents import Documents
from sessile.lsp.options import Options
from sessile.lsp.snapshot import Snapshot
from sessile.lsp.status import Status
from sessile.lsp.workspace.results import WorkspaceResults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pygls.lsp.server import LanguageServer

    from sessile.lsp.backend import Backend, ConfigurationProblem
    from sessile.lsp.shapes import JsonDiagnostic
    from sessile.lsp.wire.peer import Peer


class State:
    """`peer` calls the client, `tell` sends what is JSON already; `stop` ends the process.

    `ready` is set once the client's settings are known, or did not come in time; `told` are the problems of
    configuration files that the client shows.
    """

    def __init__(self, server: LanguageServer, peer: Peer, backend: Backend) -> None:
        self.peer = server
        self.tell = peer.tell
        self.stop = peer.end_of_input
        self.backend = backend
        self.attention = Attention(lambda: peer.waiting, lambda: peer.running)
        backend.heed(self.attention.heed)
        self.client = Client()
        self.documents = Documents()
        self.desk = Desk(backend, lambda path: self.options_for(path).enable, self._news)
        self.folders: tuple[str, ...] = ()
        self.initial_options = Options()
        self.options: Mapping[str, Options] = {}
        self.ready = asyncio.Event()
        self.told: Sequence[ConfigurationProblem] = ()
        self.diagnosis = Diagnosis(self)
        self.workspace = WorkspaceResults(self)
        self.status = Status(self)

    @property
    def root(self) -> str | None:
        """The first folder."""
        return self.folders[0] if self.folders else None

    @property
    def checks_workspace(self) -> bool:
        """Whether the person wants the findings of files that are not open, and the client can be told them."""
        wanted = self.options_for("").workspace_diagnostics
        return wanted and (self.initial_options.workspace_diagnostics or not self.client.pulls)

    @property
    def hints(self) -> bool:
        """Whether the person wants inlay hints in any folder."""
        return any(each.inlay_hints for each in (self.options_for(""), *self.options.values()))

    def options_for(self, path: str) -> Options:
        """The person's settings for a file: those of the innermost folder around it."""
        around = [each for each in self.options if path == each or path.startswith(os.path.join(each, ""))]
        return self.options[max(around, key=len)] if around else self.options.get("", self.initial_options)

    def _news(self) -> None:
        """There is a new verdict on a document."""
        self.status.changed()
        self.diagnosis.complete_later()

    def publish(self, uri: str, diagnostics: Sequence[JsonDiagnostic], version: int | None = None) -> None:
        """Show these diagnostics of a document instead of those shown before."""
        params: dict[str, object] = {"uri": uri, "diagnostics": diagnostics}
        self.tell("textDocument/publishDiagnostics", params if version is None else {**params, "version": version})

    def snapshot(self, path: str = "") -> Snapshot:
        """All of this, frozen; the options are those for `path`."""
        return Snapshot(
            self.client, self.attention, self.documents.opened, self.desk, self.options_for(path), self.folders
        )
