"""Has the client apply an edit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.actions.compute import compute
from sessile.lsp.wire.errors import InvalidParams, RequestFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.actions.task import Task
    from sessile.lsp.state import State


async def apply(state: State, task: Task, label: str) -> bool:
    """Do what a task says; whether the client applied it, or there was nothing to do."""
    check(state)
    edit = await compute(state.snapshot(), task)
    return await apply_edit(state, edit, label) if edit.changes or edit.document_changes else True


def check(state: State) -> None:
    """RequestFailed unless the client applies edits at all."""
    if not state.client.applies_edits:
        raise RequestFailed("This editor applies no edits from commands; use its code actions.")


async def apply_edit(state: State, edit: types.WorkspaceEdit, label: str) -> bool:
    """Whether the client applied it."""
    answer = state.peer.workspace_apply_edit(types.ApplyWorkspaceEditParams(edit=edit, label=label))
    with state.attention.aside():
        return (await asyncio.wrap_future(answer)).applied


def uri_in(arguments: Sequence[object], command: str) -> str:
    """The document that a command is about; InvalidParams if none is named."""
    uri = arguments[0] if arguments else None
    if not isinstance(uri, str):
        raise InvalidParams(f"{command} takes the URI of an open document.")
    return uri
