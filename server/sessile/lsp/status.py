"""What the client may show of the server as a whole: whether it works, what it found, and whether something is wrong.

The notification is the one that rust-analyzer introduced and clients know, `experimental/serverStatus`, sent to those
that say `experimental.serverStatusNotification`; docs/protocol.md has its parameters. What lasts less than `QUIET` is
not told, so that nothing flickers while somebody types.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypedDict

from sessile import __version__
from sessile.lsp.diagnostics import SEVERITIES

if TYPE_CHECKING:
    from sessile.lsp.state import State

METHOD = "experimental/serverStatus"
QUIET = 0.2
"""Seconds between a change and telling of it."""
NAMES = {number: severity.value for severity, number in SEVERITIES.items()}


class ServerStatus(TypedDict):
    """`health` is ok, warning or error, `quiescent` whether nothing is being computed; `findings` counts by severity
    what the client is shown of open documents and, where it asked for them, of other files."""

    health: str
    quiescent: bool
    message: str
    version: str
    findings: dict[str, int]


class Status:
    """Told that something may have changed; tells the client what has."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._told: ServerStatus | None = None
        self._timer: asyncio.TimerHandle | None = None

    def changed(self) -> None:
        """Anything that the status speaks of may be different."""
        if self._state.client.shows_status and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(QUIET, self._tell)

    def stop(self) -> None:
        """Say nothing more."""
        if self._timer is not None:
            self._timer.cancel()

    def _tell(self) -> None:
        self._timer = None
        now = self._now()
        if now != self._told:
            self._told = now
            self._state.tell(METHOD, now)

    def _now(self) -> ServerStatus:
        state = self._state
        broken = list(dict.fromkeys(each.path for each in state.told))
        message = f"{' and '.join(broken)}: the last good settings hold" if broken else ""
        return {
            "health": "warning" if broken else "ok",
            "quiescent": not (state.diagnosis.busy or state.workspace.busy),
            "message": message,
            "version": __version__,
            "findings": self._findings(),
        }

    def _findings(self) -> dict[str, int]:
        counts = dict.fromkeys(NAMES.values(), 0)
        for each in (*self._state.desk.severities(), *self._state.workspace.severities()):
            counts[NAMES[each]] += 1
        return counts
