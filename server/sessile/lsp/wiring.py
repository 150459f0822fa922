"""Puts a connection, its state and the handlers together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygls.lsp.server import LanguageServer

from sessile import __version__
from sessile.lsp.handlers import ROUTES
from sessile.lsp.state import State
from sessile.lsp.wire.connection import serve
from sessile.lsp.wire.converter import strict_converter
from sessile.lsp.wire.peer import Peer

if TYPE_CHECKING:
    from sessile.lsp.backend import Backend
    from sessile.lsp.wire.streams import Streams


class Server(LanguageServer):
    """pygls' client calls over our connection."""

    protocol: Peer

    def __init__(self) -> None:
        super().__init__("sessile", __version__, protocol_cls=Peer, converter_factory=strict_converter)


async def connect(streams: Streams, backend: Backend | None) -> int:
    """Serve one client; the exit code of the process."""
    if backend is None:
        from sessile.lsp.analysis import Analysis

        backend = Analysis()
    server = Server()
    state = State(server, server.protocol, backend)
    server.protocol.handlers = {route.method: route.bound(state) for route in ROUTES}
    return await serve(server.protocol, streams)
