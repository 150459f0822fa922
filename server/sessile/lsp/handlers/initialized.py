"""`initialized`: the client listens, so the server may ask it things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.configuration import ask_for_settings
from sessile.lsp.options import SECTION
from sessile.lsp.project_files import WATCHED
from sessile.lsp.route import Mutating

if TYPE_CHECKING:
    from sessile.lsp.state import State


def initialized(state: State, _: types.InitializedParams) -> None:
    """Have the client watch what matters, and learn its settings."""
    wanted = []
    if state.client.watches_files:
        watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers)
        wanted.append(_registration(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options))
    if state.client.watches_configuration:
        section = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
        wanted.append(_registration(types.WORKSPACE_DID_CHANGE_CONFIGURATION, section))
    if wanted:
        state.peer.client_register_capability(types.RegistrationParams(registrations=wanted))
    ask_for_settings(state)


def _registration(method: str, options: object) -> types.Registration:
    return types.Registration(id=f"sessile:{method}", method=method, register_options=options)


ROUTE = Mutating(types.INITIALIZED, initialized)
