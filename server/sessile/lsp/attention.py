"""The loop's attention: long work is given up as soon as something else waits, and taken up again after that.

Nothing is lost by it but the block that was being analysed, since the analysis remembers the others. So a message or
another request waits no longer than `GRACE` for its turn, however much there is to compute. Work that is given up again
and again gets longer turns, up to `LONGEST`, so that it comes to an end while somebody types without a pause.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from sessile.project.interruption import Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
GRACE = 0.01
LONGEST = 0.2
"""Seconds."""


class Attention:
    """`waiting` says whether a message waits, `running` how many requests are being answered."""

    def __init__(self, waiting: Callable[[], bool], running: Callable[[], int]) -> None:
        self._waiting = waiting
        self._running = running
        self._until: float | None = None
        self._own = 0
        self._aside = 0

    @contextmanager
    def aside(self) -> Iterator[None]:
        """While a request that is being answered waits for something else than its turn."""
        self._aside += 1
        try:
            yield
        finally:
            self._aside -= 1

    @property
    def asked(self) -> int:
        """How many requests could go on if it were their turn."""
        return self._running() - self._aside

    def heed(self) -> None:
        """Raises Interrupted if something waits and the work at hand may be given up for it."""
        if self._until is None or not (self._waiting() or self.asked > self._own):
            return
        if time.perf_counter() > self._until:
            raise Interrupted

    def turn(self, work: Callable[[], T], given_up: int = 0, *, own: int = 0) -> T:
        """Do some work in one turn; raises Interrupted if it was given up, and so it was `given_up` times before. `own`
        are the requests that it is done for."""
        self._own = own
        self._until = time.perf_counter() + min(GRACE * 2**given_up, LONGEST)
        try:
            return work()
        finally:
            self._until = None

    async def finish(self, work: Callable[[], T]) -> T:
        """Do some work of a request to its end, in as many turns as it takes."""
        given_up = 0
        while True:
            try:
                return self.turn(work, given_up, own=1)
            except Interrupted:
                given_up = min(given_up + 1, 8)
            await asyncio.sleep(0)
