"""`workspace/executeCommand`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.commands import COMMANDS
from sessile.lsp.route import Mutating
from sessile.lsp.wire.errors import MethodNotFound

if TYPE_CHECKING:
    from sessile.lsp.state import State


async def execute_command(state: State, params: types.ExecuteCommandParams) -> object:
    """Run one of our commands."""
    command = COMMANDS.get(params.command)
    if command is None:
        raise MethodNotFound(f"Sessile has no command {params.command}.")
    with state.attention.aside():
        await state.ready.wait()
    return await command(state, params.arguments or ())


ROUTE = Mutating(types.WORKSPACE_EXECUTE_COMMAND, execute_command)
