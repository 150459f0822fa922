"""The log goes to stderr, where editors keep it; the same defect is told once and not at every keystroke."""

from __future__ import annotations

import logging
import sys
import traceback

MOST_DEFECTS = 1_000


class Once(logging.Filter):
    """Lets a record with an exception pass the first time that it is raised at its place."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[tuple[object, ...]] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.exc_info or record.exc_info[1] is None:
            return True
        frames = traceback.extract_tb(record.exc_info[2])
        place = (frames[-1].filename, frames[-1].lineno) if frames else ()
        key = (record.name, record.msg, type(record.exc_info[1]), *place)
        known = key in self._seen
        if len(self._seen) < MOST_DEFECTS:
            self._seen.add(key)
        return not known


def start_log(level: str) -> None:
    """`level` is one of logging's names, in any case."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Once())
    line = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(handlers=[handler], level=level.upper(), format=line)
