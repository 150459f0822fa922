"""`sessile.applyAutofix`: all safe fixes of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.lsp.actions.task import Kind, Task
from sessile.lsp.commands.applying import apply, uri_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.state import State


async def run(state: State, arguments: Sequence[object]) -> bool:
    """Takes the URI of an open document."""
    uri = uri_in(arguments, "sessile.applyAutofix")
    version = state.snapshot().opened(uri).version
    return await apply(state, Task(Kind.FIX_ALL, uri, version), "Sessile: apply all safe fixes")
