"""`workspace/didChangeWorkspaceFolders`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.configuration import ask_for_settings
from sessile.lsp.route import Mutating
from sessile.lsp.uris import to_path

if TYPE_CHECKING:
    from sessile.lsp.state import State


def did_change_workspace_folders(state: State, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """The folders, and with them the settings, are others now."""
    gone = {to_path(each.uri) for each in params.event.removed}
    come = [path for each in params.event.added if (path := to_path(each.uri)) is not None]
    kept = [path for path in state.folders if path not in gone]
    state.folders = tuple(dict.fromkeys([*kept, *come]))
    ask_for_settings(state)


ROUTE = Mutating(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, did_change_workspace_folders)
