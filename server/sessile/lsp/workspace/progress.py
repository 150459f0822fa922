"""How far the check of the workspace has come, where the client has a place for that."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from sessile.lsp.state import State

INTERVAL = 0.5
"""Seconds between two reports; what takes less is not shown at all."""


class Progress:
    """Begins, reports and ends as the numbers say."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._count = 0
        self._token: str | None = None
        self._last = 0.0

    def show(self, done: int, total: int) -> None:
        """So many files of so many."""
        if not self._state.client.shows_progress:
            return
        now = time.monotonic()
        if done >= total:
            self._end()
        elif not self._last:
            self._last = now
        elif now - self._last > INTERVAL:
            self._last = now
            text, share = f"{done} of {total} files", done * 100 // total
            if self._token is None:
                self._begin(text, share)
            else:
                self._send(types.WorkDoneProgressReport(message=text, percentage=share))

    def _begin(self, text: str, share: int) -> None:
        self._count += 1
        self._token = f"sessile/workspace/{self._count}"
        self._state.peer.window_work_done_progress_create(types.WorkDoneProgressCreateParams(token=self._token))
        self._send(types.WorkDoneProgressBegin(title="Sessile: checking the workspace", message=text, percentage=share))

    def _end(self) -> None:
        if self._token is not None:
            self._send(types.WorkDoneProgressEnd())
        self._token, self._last = None, 0.0

    def _send(self, value: object) -> None:
        assert self._token
        self._state.peer.progress(types.ProgressParams(token=self._token, value=value))
