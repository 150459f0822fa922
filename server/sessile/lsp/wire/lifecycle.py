"""Where a connection stands: before `initialize`, in use, or after `shutdown`."""

from __future__ import annotations

from enum import Enum

from sessile.lsp.wire import errors


class Phase(Enum):
    """In this order and never back."""

    NEW = "new"
    RUNNING = "running"
    STOPPED = "stopped"


class Lifecycle:
    """https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#lifeCycleMessages"""

    def __init__(self) -> None:
        self.phase = Phase.NEW

    @property
    def running(self) -> bool:
        """Whether notifications count."""
        return self.phase is Phase.RUNNING

    @property
    def stopped(self) -> bool:
        """Whether `shutdown` was answered."""
        return self.phase is Phase.STOPPED

    @property
    def exit_code(self) -> int:
        """0 after an orderly shutdown, else 1."""
        return 0 if self.stopped else 1

    def admit(self, method: str) -> None:
        """Raise unless this request may be sent now."""
        if self.phase is Phase.NEW and method != "initialize":
            raise errors.ServerNotInitialized(f"{method} came before initialize.")
        if self.phase is not Phase.NEW and method == "initialize":
            raise errors.InvalidRequest("initialize may be sent only once.")
        if self.phase is Phase.STOPPED:
            raise errors.InvalidRequest(f"{method} came after shutdown.")

    def done(self, method: str) -> None:
        """A request was handled without an error."""
        if method == "initialize":
            self.phase = Phase.RUNNING
        elif method == "shutdown":
            self.phase = Phase.STOPPED
