"""Runs one connection: a thread reads, the event loop does everything else.

The thread exists because no event loop waits for stdin on every platform. It also lets the loop, when it is free
again after a piece of work, see at once all that arrived meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from typing import TYPE_CHECKING, BinaryIO

from sessile.lsp.wire.framing import Writer, read_body

if TYPE_CHECKING:
    from sessile.lsp.wire.peer import Peer
    from sessile.lsp.wire.streams import Streams

log = logging.getLogger(__name__)

GRACE = 5.0
"""Seconds that the loop has to stop by itself once the client is gone."""


async def serve(peer: Peer, streams: Streams) -> int:
    """Exchange messages until either side ends it; the exit code of the process."""
    loop = asyncio.get_running_loop()
    peer.set_writer(Writer(streams.writer), include_headers=False)
    peer.finished = loop.create_future()
    stopped = threading.Event()
    threading.Thread(target=_read, args=(streams.reader, peer, loop, stopped), name="reader", daemon=True).start()
    try:
        return await peer.finished
    finally:
        stopped.set()


def _read(stream: BinaryIO, peer: Peer, loop: asyncio.AbstractEventLoop, stopped: threading.Event) -> None:
    try:
        while (body := read_body(stream)) is not None:
            peer.inbox.append(body)
            loop.call_soon_threadsafe(peer.receive_next)
    except (OSError, ValueError) as error:
        log.info("reading ended: %s", error)
    except RuntimeError:
        return
    try:
        loop.call_soon_threadsafe(peer.end_of_input)
    except RuntimeError:
        return
    if not stopped.wait(GRACE):
        log.error("the client is gone and the server did not stop by itself")
        os._exit(1)
