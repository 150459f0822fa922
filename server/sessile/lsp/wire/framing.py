"""Cuts a byte stream into JSON-RPC bodies, and back.

Header names are case-insensitive and a bare newline ends a line, since both occur in the wild. A header block without
a usable length is skipped: the next block is tried, so one bad header costs one message and not the connection.
The base protocol: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#baseProtocol
"""

from __future__ import annotations

import logging
import threading
from typing import BinaryIO

log = logging.getLogger(__name__)

LARGEST_BODY = 1 << 28
LONGEST_HEADER = 1 << 14


def read_body(stream: BinaryIO) -> bytes | None:
    """The next body; None at the end of the stream, and where the stream ends within a message."""
    while True:
        length = _read_length(stream)
        if length is None:
            return None
        if length < 0:
            log.warning("skipped a header without a usable Content-Length")
            continue
        body = stream.read(length)
        return body if len(body) == length else None


def _read_length(stream: BinaryIO) -> int | None:
    """Bytes of the body that follows this header; -1 if the header does not say, None at the end of the stream."""
    length = -1
    while True:
        line = stream.readline(LONGEST_HEADER)
        if not line:
            return None
        line = line.strip()
        if not line:
            return length
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            length = int(value.strip()[:20])
            if length > LARGEST_BODY:
                log.error("a message of %d bytes is beyond the limit of %d", length, LARGEST_BODY)
                return None


class Writer:
    """Writes whole messages: two threads never mix theirs."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def write(self, data: bytes) -> None:
        """Send one body; OSError or ValueError if the other side is gone."""
        with self._lock:
            self._stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
            self._stream.flush()

    def close(self) -> None:
        """Nothing more will be sent."""
        with self._lock:
            self._stream.close()
