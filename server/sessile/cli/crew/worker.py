"""A worker process: it is told settings once, then paths, one a line, and answers each with a line.

It runs isolated and outside of any workspace; lines are JSON. It ends when nobody is left to ask it.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from sessile.cli.crew.examiner import Result


class Task(TypedDict):
    """What to examine."""

    path: str
    passed_over: bool


class Answered(TypedDict):
    """A result, and what was logged on the way: level, message, and what more there is to say of it."""

    result: Result
    log: list[tuple[int, str, str]]


def main() -> int:
    """Answer until there are no more questions."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from sessile.cli.crew.examiner import Examiner
    from sessile.cli.crew.sent import received
    from sessile.project.workspace import workspace_of

    records = _Records()
    logger = logging.getLogger("sessile")
    logger.addHandler(records)
    logger.propagate = False
    lines, out = sys.stdin.buffer, sys.stdout.buffer
    settings, site = received(json.loads(lines.readline()))
    examiner = Examiner(partial(workspace_of, settings, site), settings)
    for line in lines:
        task: Task = json.loads(line)
        result = examiner.examine(task["path"], passed_over=task["passed_over"])
        out.write(json.dumps(Answered(result=result, log=records.taken())).encode("ascii") + b"\n")
        out.flush()
    return 0


class _Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._held: list[tuple[int, str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        cause = record.exc_info[1] if record.exc_info else None
        text = record.getMessage() + (f" ({type(cause).__name__}: {cause})" if cause else "")
        more = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        self._held.append((record.levelno, text, more))

    def taken(self) -> list[tuple[int, str, str]]:
        """What was logged since this was last asked."""
        held, self._held = self._held, []
        return held
