"""When documents are diagnosed and the client is told.

The document that was edited comes first and without delay, once all queued edits are in it. Other open documents see
an edit only after a pause in typing or a save, since much half-typed code parses. One document per turn of the event
loop, so that messages are seen in between.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from sessile.lsp.configuration import tell_problems
from sessile.lsp.memory import Housekeeper

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessile.lsp.documents import Opened
    from sessile.lsp.state import State

log = logging.getLogger(__name__)

PAUSE = 0.3
"""Seconds without an edit after which other files see it."""


class Diagnosis:
    """Clients that pull are only told to pull again where something changed; the others are sent diagnostics."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._due: dict[str, bool] = {}
        self._touched: set[str] = set()
        self._turn_planned = False
        self._refresh = False
        self._rest: asyncio.TimerHandle | None = None
        self._housekeeper = Housekeeper()

    def edited(self, opened: Opened) -> None:
        """A document was opened or changed."""
        if not opened.python:
            return
        self._housekeeper.working()
        self._due.pop(opened.uri, None)
        self._due[opened.uri] = True
        self._plan()
        self._touch([opened.document.path], PAUSE)

    def closed(self, opened: Opened) -> None:
        """A document was closed: what the disk has counts again."""
        self._due.pop(opened.uri, None)
        if opened.python:
            self._show_closed(opened)
            self._touch([opened.document.path], 0)

    def saved(self, path: str) -> None:
        """Somebody saved a document."""
        self._touch([path], 0)
        self._check_workspace()

    def changed_on_disk(self, paths: Iterable[str]) -> None:
        """Files were written, made or removed, often many in a row."""
        self._touch(paths, PAUSE)
        self._check_workspace()

    def recheck(self) -> None:
        """Anything may have changed: diagnose all open documents, and tell the client where the outcome differs."""
        self._state.desk.expire()
        opened = self._state.documents.opened
        others = {uri: False for uri, each in opened.items() if each.python and uri not in self._due}
        self._due = {**others, **self._due}
        self._plan()

    @property
    def busy(self) -> bool:
        """Whether a document waits for its verdict."""
        return bool(self._due)

    def stop(self) -> None:
        """Say nothing more."""
        self._due.clear()
        if self._rest is not None:
            self._rest.cancel()

    def _check_workspace(self) -> None:
        if self._state.initial_options.workspace_diagnostics and self._state.ready.is_set():
            self._state.workspace.again()

    def _show_closed(self, opened: Opened) -> None:
        state = self._state
        if not state.client.pulls:
            state.publish(opened.uri, state.workspace.diagnostics(opened.document.path))
        state.workspace.news.set()

    def _touch(self, paths: Iterable[str], delay: float) -> None:
        self._touched.update(paths)
        if self._rest is not None:
            self._rest.cancel()
        self._rest = asyncio.get_running_loop().call_later(delay, self._settle)

    def _settle(self) -> None:
        self._rest = None
        if not self._state.ready.is_set():
            self._touch((), PAUSE)
            return
        touched, self._touched = self._touched, set()
        texts = {each.document.path: each.document for each in self._state.documents.opened.values() if each.python}
        try:
            if self._state.backend.settle(texts, touched):
                self.recheck()
        except Exception:
            log.exception("taking up the changes of %d files failed", len(touched))
        tell_problems(self._state)
        self._housekeeper.pausing()

    def _plan(self) -> None:
        if self._due and not self._turn_planned and self._state.ready.is_set():
            self._turn_planned = True
            asyncio.get_running_loop().call_soon(self._turn)
        self._state.status.changed()

    def _turn(self) -> None:
        self._turn_planned = False
        if not self._due:
            return
        uri, wanted = self._due.popitem()
        opened = self._state.documents.opened.get(uri)
        if opened is not None:
            try:
                self._diagnose(opened, wanted)
            except Exception:
                log.exception("diagnosing %s failed", uri)
        self._plan()
        if not self._due and self._refresh:
            self._refresh = False
            self._ask_to_pull()

    def _diagnose(self, opened: Opened, wanted: bool) -> None:
        """Tell the client if the outcome differs from the last one or if it waits for this very version."""
        desk, client = self._state.desk, self._state.client
        if client.pulls and (wanted or not client.refreshes_diagnostics):
            return
        before = desk.last(opened.uri)
        after = desk.diagnosed(opened, self._state.documents.opened, client)
        if client.pulls:
            self._refresh |= before is not None and before.result_id != after.result_id
        elif wanted or before is None or before.result_id != after.result_id:
            self._state.publish(opened.uri, after.diagnostics, opened.version)

    def _ask_to_pull(self) -> None:
        self._state.peer.workspace_diagnostic_refresh(None)
