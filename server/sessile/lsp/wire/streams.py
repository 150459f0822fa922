"""The pair of byte streams to the client: the process' own stdin and stdout, or one TCP connection.

Over stdio the protocol gets private copies of both descriptors. Whatever else writes to stdout (a stray `print`, a C
library, a child process) then reaches stderr, and whatever else reads stdin finds it empty.
"""

from __future__ import annotations

import os
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager


class Streams(NamedTuple):
    """Both blocking and buffered."""

    reader: BinaryIO
    writer: BinaryIO


def stdio() -> Streams:
    """Take stdin and stdout for the protocol alone."""
    sys.stdout.flush()
    reader, writer = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return Streams(os.fdopen(reader, "rb"), os.fdopen(writer, "wb"))


def tcp(host: str, port: int) -> AbstractContextManager[Streams]:
    """Wait for one client; port 0 lets the system choose. The address is told on stderr as `listening on HOST:PORT`.

    Raises:
        OSError: nobody can listen there.
        OverflowError: there is no such port.
    """
    return _accepted(socket.create_server((host, port)))


@contextmanager
def _accepted(listener: socket.socket) -> Iterator[Streams]:
    with listener:
        print("listening on {}:{}".format(*listener.getsockname()[:2]), file=sys.stderr, flush=True)
        connection, _ = listener.accept()
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield Streams(connection.makefile("rb"), connection.makefile("wb"))
