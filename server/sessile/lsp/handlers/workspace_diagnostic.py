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
    """Takes the state, since it answers about a later one. Open documents are left to `textDocument/diagnostic`.

    A client that takes partial results is sent them while the workspace is checked, and answered at the end of that.
    """
    known = {each.uri: each.value for each in params.previous_result_ids}
    results, token = state.workspace, params.partial_result_token
    streamed = False
    while True:
        results.news.clear()
        found = results.reports(known)
        if found and token is None:
            with state.attention.aside():
                await asyncio.sleep(BATCH)
            return Ready({"items": results.reports(known)})
        if found:
            known.update({str(each["uri"]): str(each["resultId"]) for each in found})
            state.tell("$/progress", {"token": token, "value": {"items": found}})
            streamed = True
        if streamed and not results.scanning:
            return Ready({"items": []})
        with state.attention.aside():
            await results.news.wait()


ROUTE = Mutating(types.WORKSPACE_DIAGNOSTIC, workspace_diagnostic)
