"""`sessile server`: the language server, which is loaded only when it is started."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from sessile.cli.app import App, Parser

DESCRIPTION = "Starts the language server, on standard input and output unless --tcp is given."


def declare(parser: Parser) -> None:
    """Say what the command takes."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--stdio", action="store_true", help="speak on standard input and output (default)")
    how.add_argument("--tcp", action="store_true", help="listen on a socket")
    parser.add_argument("--host", help="the address to listen on with --tcp")
    parser.add_argument("--port", type=int, help="the port to listen on with --tcp")
    parser.add_argument("--log-level", choices=("debug", "info", "warning", "error"), help="what is told on stderr")


def run(arguments: argparse.Namespace, app: App) -> int:
    """Hand over to the server."""
    words = [f"--{name}" for name in ("stdio", "tcp") if getattr(arguments, name)]
    for name in ("host", "port", "log_level"):
        value = getattr(arguments, name)
        words += [] if value is None else [f"--{name.replace('_', '-')}", str(value)]
    return app.tools.serve(words)
