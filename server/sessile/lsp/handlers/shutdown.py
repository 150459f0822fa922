"""`shutdown`: the answer is all that is left to do; `exit` ends the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.route import Mutating

if TYPE_CHECKING:
    from sessile.lsp.state import State


def shutdown(state: State, _: object) -> None:
    """Stop whatever would still speak by itself."""
    state.diagnosis.stop()
    state.workspace.stop()
    state.status.stop()


ROUTE = Mutating(types.SHUTDOWN, shutdown)
