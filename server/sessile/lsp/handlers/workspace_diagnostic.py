"""`workspace/diagnostic`: files that are not open, for clients that pull. The answer waits until there is news."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.route import Mutating
from sessile.lsp.wire.peer import Ready

if TYPE_CHECKING:
    from sessile.lsp.state import State

BATCH = 0.3
"""Seconds in which more news may join the first."""


async def workspace_diagnostic(state: State, params: types.WorkspaceDiagnosticParams) -> Ready:
    """Takes the state, since it answers about a later one. Open documents are left to `textDocument/diagnostic`."""
    known = {each.uri: each.value for each in params.previous_result_ids}
    results = state.workspace
    while True:
        results.news.clear()
        if results.reports(known):
            await asyncio.sleep(BATCH)
            return Ready({"items": results.reports(known)})
        await results.news.wait()


ROUTE = Mutating(types.WORKSPACE_DIAGNOSTIC, workspace_diagnostic)
