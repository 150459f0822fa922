"""`workspace/didChangeConfiguration`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.configuration import ask_for_settings, take_pushed_settings
from sessile.lsp.route import Mutating

if TYPE_CHECKING:
    from sessile.lsp.state import State


def did_change_configuration(state: State, params: types.DidChangeConfigurationParams) -> None:
    """Clients that can be asked are asked, whatever they send: only they know what holds in which folder."""
    if state.client.pulls_configuration:
        ask_for_settings(state)
    else:
        take_pushed_settings(state, params.settings)


ROUTE = Mutating(types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change_configuration)
