"""Starts the language server: `main` is what the command line calls.

The process trusts nothing around it: its working directory and import path do not lead into the workspace, stdout
carries the protocol and nothing else, and it ends when the client does.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.backend import Backend
    from sessile.lsp.wire.streams import Streams

log = logging.getLogger(__name__)


def main(argv: Sequence[str], backend: Backend | None = None) -> int:
    """Serve one client until it leaves; the exit code of the process. `backend` stands in for the analysis in tests."""
    options = _parser().parse_args(argv)
    logging.basicConfig(
        stream=sys.stderr, level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    _leave_workspace()
    from sessile.lsp.wire.streams import stdio, tcp

    if not options.tcp:
        return _run(stdio(), backend)
    with tcp(options.host, options.port) as streams:
        return _run(streams, backend)


def _run(streams: Streams, backend: Backend | None) -> int:
    gc.disable()
    from sessile.lsp.wiring import connect

    gc.enable()
    gc.freeze()
    try:
        return asyncio.run(connect(streams, backend))
    except KeyboardInterrupt:
        return 130


def _leave_workspace() -> None:
    """Editors start servers in the workspace, and `python -m` puts that directory in front of the import path."""
    try:
        here = os.getcwd()
    except FileNotFoundError:
        here = ""
    own = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    entries = [os.path.abspath(each) for each in sys.path if each]
    sys.path[:] = [each for each in entries if each != here or each == own]
    os.chdir(os.path.abspath(os.sep))


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
