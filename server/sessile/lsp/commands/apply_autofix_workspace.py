"""`sessile.applyAutofixWorkspace`: all safe fixes of every file of the folders, as one edit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sessile.lsp.actions.changes import current_text, workspace_edit
from sessile.lsp.actions.fix_all import repaired
from sessile.lsp.commands.applying import apply_edit, check
from sessile.lsp.wire.errors import RequestFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.state import State


async def run(state: State, _: Sequence[object]) -> int:
    """Takes nothing; gives the number of files that were changed. What is fixed in one file is seen by the next."""
    check(state)
    snapshot = state.snapshot()
    bench = snapshot.backend.apart()
    found = []
    for path in snapshot.backend.files():
        await asyncio.sleep(0)
        document = current_text(snapshot, path)
        change = await repaired(snapshot, bench, document) if document else None
        if change is not None:
            found.append(change)
    if not found:
        return 0
    edit = workspace_edit(snapshot, found)
    if edit is None or not await apply_edit(state, edit, "Sessile: apply all safe fixes"):
        raise RequestFailed("The editor did not apply the fixes.")
    return len(found)
