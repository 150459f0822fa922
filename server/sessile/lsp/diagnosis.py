"""When documents are diagnosed and the client is told.

The document that was edited comes first and without delay, once all queued edits are in it. Other open documents see
an edit only after a pause in typing or a save, since much half-typed code parses. Where a verdict needs other files to
be judged, the client is first told what is known without, and the rest when that is done and nobody types. One document
per turn of the event loop, and less than that if a message comes.
"""

from __future__ import annotations

import asyncio
import logging
from enum import Enum
from typing import TYPE_CHECKING

from sessile.lsp.attention import GRACE
from sessile.lsp.configuration import tell_problems
from sessile.lsp.memory import Housekeeper
from sessile.project.interruption import Interrupted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessile.lsp.documents import Opened
    from sessile.lsp.state import State

log = logging.getLogger(__name__)

PAUSE = 0.3
"""Seconds without an edit after which other files see it."""


class How(Enum):
    """Why a document is due: the client waits for its newest version, something around it changed, or what was said of
    it is not all."""

    EDITED = "edited"
    RECHECK = "recheck"
    INCOMPLETE = "incomplete"


class Diagnosis:
    """Clients that pull ask for what was edited themselves, and are only told to pull again where something else has an
    effect; the others are sent diagnostics."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._due: dict[str, How] = {}
        self._touched: set[str] = set()
        self._worker: asyncio.Task[None] | None = None
        self._given_up = 0
        self._refresh = False
        self._hints_stale = False
        self._hinted = False
        self._rest: asyncio.TimerHandle | None = None
        self._completion: asyncio.TimerHandle | None = None
        self._housekeeper = Housekeeper()

    def edited(self, *documents: Opened) -> None:
        """Documents were opened or changed, the one that matters most last."""
        for opened in documents:
            if opened.python or self._state.desk.last(opened.uri):
                self._housekeeper.working()
                self._due.pop(opened.uri, None)
                if not self._state.client.pulls:
                    self._due[opened.uri] = How.EDITED
                self._touch([opened.analysed.path], PAUSE)
        self._plan()

    def moved(self, documents: Iterable[Opened]) -> None:
        """Something was edited that these are analysed together with."""
        self._due = {
            **{each.uri: How.RECHECK for each in documents if each.python and each.uri not in self._due},
            **self._due,
        }
        self._plan()

    def closed(self, opened: Opened) -> None:
        """A document was closed: what the disk has counts again."""
        self._due.pop(opened.uri, None)
        if opened.python:
            self._show_closed(opened)
            self._touch([opened.analysed.path], 0)

    def saved(self, path: str) -> None:
        """Somebody saved a document."""
        self._touch([path], 0)
        self._check_workspace()

    def changed_on_disk(self, paths: Iterable[str]) -> None:
        """Files were written, made or removed, often many in a row."""
        self._touch(paths, PAUSE)
        self._check_workspace()

    def complete_later(self) -> None:
        """There is a new verdict: if it is not complete, complete it once nobody types."""
        if any(not self._state.desk.complete(each) for each in self._state.documents.opened.values()):
            if self._completion is not None:
                self._completion.cancel()
            self._completion = asyncio.get_running_loop().call_later(PAUSE, self._complete)

    def recheck(self) -> None:
        """Anything may have changed: diagnose all open documents, and tell the client where the outcome differs."""
        self._state.desk.expire()
        self._hints_stale = True
        opened = self._state.documents.opened
        others = {uri: How.RECHECK for uri, each in opened.items() if each.python and uri not in self._due}
        self._due = {**others, **self._due}
        self._plan()

    def _complete(self) -> None:
        self._completion = None
        opened = self._state.documents.opened
        left = [uri for uri, each in opened.items() if uri not in self._due and not self._state.desk.complete(each)]
        self._due = {**dict.fromkeys(left, How.INCOMPLETE), **self._due}
        self._plan()

    @property
    def busy(self) -> bool:
        """Whether a document waits for its verdict."""
        return bool(self._due) or self._completion is not None

    def stop(self) -> None:
        """Say nothing more."""
        self._due.clear()
        for timer in (self._rest, self._completion):
            if timer is not None:
                timer.cancel()

    def _check_workspace(self) -> None:
        if self._state.checks_workspace and self._state.ready.is_set():
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
        texts = {each.analysed.path: each.analysed for each in self._state.documents.opened.values() if each.python}
        try:
            if self._state.backend.settle(texts, touched):
                self.recheck()
        except Exception:
            log.exception("taking up the changes of %d files failed", len(touched))
        tell_problems(self._state)
        self._housekeeper.pausing()

    def _plan(self) -> None:
        self._state.status.changed()
        if self._due and self._state.ready.is_set() and (self._worker is None or self._worker.done()):
            self._worker = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        """One document after the other, the one that was edited last first; messages are seen to in between."""
        while self._due:
            await asyncio.sleep(0)
            await self._next()
        if self._refresh:
            self._refresh = False
            self._state.peer.workspace_diagnostic_refresh(None)
        if self._hints_stale:
            self._refresh_hints()

    def _refresh_hints(self) -> None:
        """Have the client ask for hints again; for what it edits itself it does so anyway."""
        self._hints_stale = False
        hinted, self._hinted = self._hinted, self._state.hints
        if self._state.client.refreshes_hints and (hinted or self._hinted):
            self._state.peer.workspace_inlay_hint_refresh(None)

    async def _next(self) -> None:
        if not self._due:
            return
        uri, how = self._due.popitem()
        if how is not How.EDITED and self._state.attention.asked:
            self._due[uri] = how
            await asyncio.sleep(GRACE)
            return
        opened = self._state.documents.opened.get(uri)
        if opened is None:
            return
        try:
            self._state.attention.turn(lambda: self._diagnose(opened, how), self._given_up)
            self._given_up = 0
            if how is not How.INCOMPLETE:  # it was passed over while it was due
                self.complete_later()
        except Interrupted:
            self._given_up = min(self._given_up + 1, 8)
            self._due.setdefault(uri, how)
        except Exception:
            log.exception("diagnosing %s failed", uri)

    def _diagnose(self, opened: Opened, how: How) -> None:
        """Tell the client if the outcome differs from what it was told or if it waits for this very version."""
        desk, client = self._state.desk, self._state.client
        if client.pulls and not client.refreshes_diagnostics:
            return
        before = desk.told(opened.uri)
        after = desk.tell(opened, self._state.documents.opened, client, hurried=how is not How.INCOMPLETE)
        if client.pulls:
            self._refresh |= before is not None and before.result_id != after.result_id
        elif how is How.EDITED or before is None or before.result_id != after.result_id:
            self._state.publish(opened.uri, after.diagnostics, opened.version)
