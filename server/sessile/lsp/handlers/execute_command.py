"""`workspace/executeCommand`: code actions for clients without them, and what the editor's own commands ask for."""

from __future__ import annotations

import asyncio
import platform
from typing import TYPE_CHECKING

from lsprotocol import types

from sessile import __version__
from sessile.lsp.actions.compute import compute
from sessile.lsp.actions.task import Kind, Task, read_task
from sessile.lsp.pages import rule_page
from sessile.lsp.route import Mutating
from sessile.lsp.wire.errors import InvalidParams, MethodNotFound, RequestFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.state import State


async def execute_command(state: State, params: types.ExecuteCommandParams) -> object:
    """Takes the state, since a command makes the client change its documents."""
    await state.ready.wait()
    arguments = params.arguments or ()
    if params.command == "sessile.applyFix":
        return await _apply(state, _task(arguments), "Sessile")
    if params.command == "sessile.applyAutofix":
        return await _apply(state, _fix_all(state, arguments), "Sessile: apply all safe fixes")
    if params.command == "sessile.explainRule":
        return _explain(state, arguments)
    if params.command == "sessile.debugInformation":
        return _debug_information(state)
    raise MethodNotFound(f"Sessile has no command {params.command}.")


async def _apply(state: State, task: Task, label: str) -> bool:
    """Whether the client applied the edit, or there was nothing to do."""
    if not state.client.applies_edits:
        raise RequestFailed("This editor applies no edits from commands; use its code actions.")
    edit = await compute(state.snapshot(), task)
    if not edit.changes and not edit.document_changes:
        return True
    answer = state.peer.workspace_apply_edit(types.ApplyWorkspaceEditParams(edit=edit, label=label))
    return (await asyncio.wrap_future(answer)).applied


def _task(arguments: Sequence[object]) -> Task:
    task = read_task(arguments[0]) if arguments else None
    if task is None:
        raise InvalidParams("sessile.applyFix takes the data of one of Sessile's code actions.")
    return task


def _fix_all(state: State, arguments: Sequence[object]) -> Task:
    uri = arguments[0] if arguments else None
    if not isinstance(uri, str):
        raise InvalidParams("sessile.applyAutofix takes the URI of an open document.")
    return Task(Kind.FIX_ALL, uri, state.snapshot().opened(uri).version)


def _explain(state: State, arguments: Sequence[object]) -> str:
    code = arguments[0] if arguments else None
    page = state.backend.rule(code.upper()) if isinstance(code, str) else None
    if page is None:
        raise InvalidParams("sessile.explainRule takes the code of a rule, such as SCOPE001.")
    return rule_page(page)


def _debug_information(state: State) -> str:
    """Nothing of the documents' texts: people paste this into public issues."""
    client, opened = state.client, state.documents.opened.values()
    rows = {
        "sessile": __version__,
        "python": f"{platform.python_version()} on {platform.system()}",
        "positions": client.encoding,
        "diagnostics": "pulled" if client.pulls else "pushed",
        "folders": len(state.folders),
        "open documents": f"{len(opened)}, of which Python: {sum(each.python for each in opened)}",
        "rules": len(state.backend.codes()),
    }
    return "\n".join(f"{name}: {value}" for name, value in rows.items())


ROUTE = Mutating(types.WORKSPACE_EXECUTE_COMMAND, execute_command)
