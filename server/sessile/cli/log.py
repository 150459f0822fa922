"""What the engine logs, for whoever runs a command.

A failure of its own is one line and makes the command exit with 2, since what was not analysed was not checked. With
`--verbose` everything is told, with tracebacks.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.cli.terminal import Terminal


@contextmanager
def listening(terminal: Terminal, *, verbose: bool = False) -> Iterator[None]:
    """Tell the terminal what is logged meanwhile."""
    logger = logging.getLogger("sessile")
    before = logger.level, logger.propagate
    handler = _Handler(terminal, verbose)
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG if verbose else logging.WARNING)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.level, logger.propagate = before


class _Handler(logging.Handler):
    def __init__(self, terminal: Terminal, verbose: bool) -> None:
        super().__init__()
        self._terminal = terminal
        self._verbose = verbose
        self._said: set[str] = set()
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Say it, a failure once."""
        if record.levelno >= logging.ERROR:
            self._fail(record)
        if self._verbose:
            for line in self.format(record).splitlines():
                self._terminal.note(line)

    def _fail(self, record: logging.LogRecord) -> None:
        cause = record.exc_info[1] if record.exc_info else None
        text = record.getMessage() + (f" ({type(cause).__name__}: {cause})" if cause else "")
        if text not in self._said:
            self._said.add(text)
            self._terminal.refuse(f"{text}; this is a bug in Sessile, please report what --verbose says")
