"""`sessile.applyFix`: a code action, for clients that know only commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.lsp.actions.task import read_task
from sessile.lsp.commands.applying import apply
from sessile.lsp.wire.errors import InvalidParams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.state import State


async def run(state: State, arguments: Sequence[object]) -> bool:
    """Takes the action's data."""
    task = read_task(arguments[0]) if arguments else None
    if task is None:
        raise InvalidParams("sessile.applyFix takes the data of one of Sessile's code actions.")
    return await apply(state, task, "Sessile")
