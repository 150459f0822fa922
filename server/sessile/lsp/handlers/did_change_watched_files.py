"""`workspace/didChangeWatchedFiles`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.configuration import reconfigure
from sessile.lsp.project_files import is_configuration
from sessile.lsp.route import Mutating
from sessile.lsp.uris import to_path

if TYPE_CHECKING:
    from sessile.lsp.state import State


def did_change_watched_files(state: State, params: types.DidChangeWatchedFilesParams) -> None:
    """Files were written, made or removed, by whomever."""
    paths = [path for each in params.changes if (path := to_path(each.uri)) is not None]
    if any(is_configuration(path) for path in paths):
        reconfigure(state)
    sources = [path for path in paths if not is_configuration(path)]
    if sources:
        state.diagnosis.changed_on_disk(sources)


ROUTE = Mutating(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, did_change_watched_files)
