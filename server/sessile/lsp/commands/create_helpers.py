"""`sessile.createHelpers`: the module of run-time helpers, where a fix of a document would put it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.lsp.actions.changes import workspace_edit
from sessile.lsp.commands.applying import apply_edit, check, uri_in
from sessile.lsp.uris import to_uri
from sessile.lsp.wire.errors import RequestFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.state import State


async def run(state: State, arguments: Sequence[object]) -> str:
    """Takes the URI of an open document; gives the URI of the module, which may have been there before."""
    check(state)
    snapshot = state.snapshot()
    file = state.backend.helpers(snapshot.opened(uri_in(arguments, "sessile.createHelpers")).analysed)
    if not file.creates:
        return to_uri(file.path)
    edit = workspace_edit(snapshot, (file,))
    if edit is None or not await apply_edit(state, edit, "Sessile: create the helpers module"):
        raise RequestFailed(f"The editor did not create {file.path}.")
    return to_uri(file.path)
