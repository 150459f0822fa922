"""Starts the language server: `main` is what the command line calls.

The process trusts nothing around it: its working directory and import path do not lead into the workspace, stdout
carries the protocol and nothing else, and it ends when the client does.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from sessile.lsp.isolation import leave_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.backend import Backend
    from sessile.lsp.wire.streams import Streams


def main(argv: Sequence[str], backend: Backend | None = None) -> int:
    """Serve one client until it leaves; the exit code of the process. `backend` stands in for the analysis in tests."""
    options = _parser().parse_args(argv)
    leave_workspace()
    from sessile.lsp.logs import start_log
    from sessile.lsp.wire.streams import stdio, tcp

    start_log(options.log_level)
    if not options.tcp:
        return _run(stdio(), backend)
    try:
        connection = tcp(options.host, options.port)
    except (OSError, OverflowError) as error:
        print(f"sessile server: cannot listen on {options.host}:{options.port}: {error}", file=sys.stderr)
        return 2
    with connection as streams:
        return _run(streams, backend)


def _run(streams: Streams, backend: Backend | None) -> int:
    from sessile.lsp.memory import take_over
    from sessile.lsp.wiring import connect

    take_over()
    try:
        return asyncio.run(connect(streams, backend))
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sessile server", description="Speak the Language Server Protocol.")
    channel = parser.add_mutually_exclusive_group()
    channel.add_argument("--stdio", action="store_true", help="over stdin and stdout, as by default")
    channel.add_argument("--tcp", action="store_true", help="wait for one client on a socket")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on with --tcp")
    parser.add_argument("--port", type=int, default=2087, help="the port to listen on with --tcp, 0 for a free one")
    parser.add_argument(
        "--log-level", choices=("debug", "info", "warning", "error"), default="warning", help="what is told on stderr"
    )
    return parser
