"""The processes that examine files, seen from the one that wants to know.

Each begins at a place of its own in the order of the files, so that neighbours, which often import the same modules,
are examined by the same process; who has finished takes over the end of what most is left of. Whoever dies leaves his
file to this process.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import subprocess
import threading
from collections import deque
from typing import TYPE_CHECKING

from sessile.cli.crew.sent import sent
from sessile.project.isolated import command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sessile.cli.crew.examiner import Result
    from sessile.cli.crew.worker import Answered, Task
    from sessile.project.settings import Settings

    #: What workers tell, None when they die.
    Told = queue.Queue[tuple["Worker", Answered | None]]

log = logging.getLogger("sessile")
#: What they run.
WORKER = "sessile.cli.crew.worker"
#: Tasks that a worker has at once, so that it never waits.
AHEAD = 2


class Worker:
    """One process, what it has to do, and the answers that it has told so far."""

    def __init__(self, greeting: object, share: deque[Task], told: Told) -> None:
        self.share = share
        self.given: deque[Task] = deque()
        self._process = subprocess.Popen(
            command(WORKER), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=os.path.abspath(os.sep)
        )
        self._told = told
        threading.Thread(target=self._listen, daemon=True).start()
        self._say(greeting)

    def give(self, task: Task) -> None:
        """Hand it a task."""
        self.given.append(task)
        self._say(task)

    def stop(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.communicate()

    def _say(self, value: object) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(value).encode("ascii") + b"\n")
            self._process.stdin.flush()
        except OSError:  # it is dead, as its silence will tell
            pass

    def _listen(self) -> None:
        assert self._process.stdout
        try:
            for line in self._process.stdout:
                self._told.put((self, json.loads(line)))
        except ValueError:  # it died in the middle of a line
            pass
        self._told.put((self, None))


def results(tasks: Sequence[Task], settings: Settings, site: str | None, jobs: int) -> Iterator[tuple[object, Result]]:
    """Results as they come, each with the process that gave it. What a process died of is missing among them."""
    told: Told = queue.Queue()
    workers: list[Worker] = []
    try:
        workers.extend(Worker(sent(settings, site), share, told) for share in shares(tasks, jobs))
        alive = set(workers)
        for each in workers:
            _feed(each, alive)
        left = len(tasks)
        while left and alive:
            worker, answered = told.get()
            if answered is None:
                alive.discard(worker)
                left -= len(worker.given)
                _pass_on(worker, alive)
                continue
            left -= 1
            worker.given.popleft()
            _feed(worker, alive)
            for level, text, more in answered["log"]:
                log.log(level, "%s", text)
                log.debug("%s", more)
            yield worker, answered["result"]
    finally:
        for each in workers:
            each.stop()


def _feed(worker: Worker, alive: set[Worker]) -> None:
    while len(worker.given) < AHEAD:
        if not worker.share:
            rich = max(alive, key=lambda each: len(each.share))
            if not rich.share:
                return
            for _ in range((len(rich.share) + 1) // 2):
                worker.share.appendleft(rich.share.pop())
        worker.give(worker.share.popleft())


def _pass_on(dead: Worker, alive: set[Worker]) -> None:
    """Leave what a dead worker would have had to do to the others."""
    for each in alive:
        each.share.extend(dead.share)
        dead.share.clear()
        _feed(each, alive)


def shares(tasks: Sequence[Task], jobs: int) -> list[deque[Task]]:
    """Tasks in as many runs of neighbours, about as many bytes in each."""
    sizes = [_size(task["path"]) for task in tasks]
    total, before = sum(sizes) or 1, 0
    found: list[deque[Task]] = [deque() for _ in range(jobs)]
    for task, size in zip(tasks, sizes, strict=True):
        found[min(before * jobs // total, jobs - 1)].append(task)
        before += size
    return found


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except (OSError, ValueError):
        return 0
