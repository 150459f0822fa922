"""`codeAction/resolve`: the edit of a chosen action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.actions.compute import compute
from sessile.lsp.actions.task import read_task
from sessile.lsp.route import Reading

if TYPE_CHECKING:
    from sessile.lsp.snapshot import Snapshot


async def code_action_resolve(snapshot: Snapshot, params: types.CodeAction) -> types.CodeAction:
    """The same action with its edit; as it came if it is none of ours."""
    task = read_task(params.data)
    if task is not None:
        params.edit = await compute(snapshot, task)
    return params


ROUTE = Reading(types.CODE_ACTION_RESOLVE, code_action_resolve)
