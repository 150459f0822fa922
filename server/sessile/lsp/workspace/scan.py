"""The server's side of the worker: asks it when something changed on the disk, and takes what it tells."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from typing import TYPE_CHECKING

from sessile.lsp.options import written
from sessile.project.isolated import command
from sessile.project.records import read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sessile.lsp.options import Options
    from sessile.lsp.workspace.worker import FileRecord
    from sessile.rules.finding import Finding

log = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds without another change before the worker is asked again."""
WORKER = "sessile.lsp.workspace.worker"
LONGEST_LINE = 1 << 26
MOST_STARTS = 3


class Scan:
    """`take` is given the findings of each file that changed, `progress` how many files of how many are done."""

    def __init__(self, take: Callable[[str, tuple[Finding, ...]], None], progress: Callable[[int, int], None]) -> None:
        self._take = take
        self._progress = progress
        self._asked = asyncio.Event()
        self._idle = False
        self._folders: Mapping[str, Options] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def again(self, folders: Mapping[str, Options]) -> None:
        """Files or settings changed: check once more after a pause."""
        self._folders = folders
        self._idle = False
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_later(PAUSE if self._task else 0, self._asked.set)
        if self._task is None:
            self._task = loop.create_task(self._live())

    @property
    def busy(self) -> bool:
        """Whether there is something to check, or about to be."""
        return self._task is not None and not self._idle

    def stop(self) -> None:
        """End the worker."""
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()

    async def _live(self) -> None:
        """Keep a worker, and start another if one dies; give up if that happens too often."""
        for _ in range(MOST_STARTS):
            try:
                await self._converse()
            except (OSError, ValueError, asyncio.IncompleteReadError) as error:
                log.error("checking the workspace failed: %s", error)
            self._asked.set()
        log.error("the workspace is not checked any more")

    async def _converse(self) -> None:
        """Ask one worker whenever something changed, until it ends."""
        process = await asyncio.create_subprocess_exec(
            *command(WORKER),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=os.path.abspath(os.sep),
            limit=LONGEST_LINE,
        )
        assert process.stdin
        assert process.stdout
        try:
            while True:
                await self._asked.wait()
                self._asked.clear()
                self._idle = False
                question = {path: written(options) for path, options in self._folders.items()}
                process.stdin.write(json.dumps(question).encode() + b"\n")
                await process.stdin.drain()
                await self._listen(process.stdout)
                self._idle = True
        finally:
            if process.returncode is None:
                process.kill()

    async def _listen(self, stream: asyncio.StreamReader) -> None:
        """Take all that a question is answered with."""
        while True:
            record: FileRecord = json.loads(await stream.readuntil(b"\n"))
            self._progress(record["done"], record["total"])
            if not record["path"]:
                return
            self._take(record["path"], tuple(read(record["path"], each) for each in record["findings"]))
