"""`initialize`: who the client is. Nothing is read from the disk here, so that the answer comes at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lsprotocol import types

from sessile import __version__
from sessile.lsp.capabilities import read_client, server_capabilities
from sessile.lsp.commands import COMMANDS
from sessile.lsp.configuration import expect_settings
from sessile.lsp.json_values import member
from sessile.lsp.options import read_options
from sessile.lsp.parent import watch
from sessile.lsp.route import Mutating
from sessile.lsp.uris import to_path
from sessile.lsp.wire.errors import InvalidParams

if TYPE_CHECKING:
    from sessile.lsp.capabilities import Client
    from sessile.lsp.options import Options
    from sessile.lsp.state import State


def initialize(state: State, params: object) -> types.InitializeResult:
    """Takes JSON as it came: see `wire.peer.READ_RAW`."""
    if not isinstance(params, dict) or not isinstance(params.get("capabilities"), dict):
        raise InvalidParams("initialize needs an object with the client's capabilities.")
    state.initial_options = options = read_options(params.get("initializationOptions"))
    state.client = _corrected(read_client(params["capabilities"]), options)
    state.folders = _folders(params)
    parent = params.get("processId")
    if isinstance(parent, int) and not isinstance(parent, bool) and parent > 0:
        watch(parent, state.stop)
    expect_settings(state)
    return types.InitializeResult(
        capabilities=server_capabilities(
            state.client, COMMANDS, workspace_diagnostics=state.initial_options.workspace_diagnostics
        ),
        server_info=types.ServerInfo("sessile", __version__),
    )


def _corrected(client: Client, options: Options) -> Client:
    """The client as its user knows it."""
    related = client.related_information and options.related_information
    return replace(client, related_information=related, encoding=options.position_encoding or client.encoding)


def _folders(params: dict[str, object]) -> tuple[str, ...]:
    """Absolute paths of the workspace's folders, else of the root in one of its two older forms."""
    given = params.get("workspaceFolders")
    uris = [member(each, "uri") for each in given] if isinstance(given, list) else []
    paths = [to_path(each) for each in uris or [params.get("rootUri")] if isinstance(each, str)]
    root = params.get("rootPath")
    if not paths and isinstance(root, str) and root:
        paths.append(root)
    return tuple(dict.fromkeys(path for path in paths if path))


ROUTE = Mutating(types.INITIALIZE, initialize)
