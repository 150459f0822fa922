"""Collects garbage between keystrokes instead of during them.

Python's own collector walks the whole heap at a moment of its choosing: with a few large files open that is a quarter
of a second in the middle of a word. Nearly nothing of ours is garbage in a cycle, so it is looked for when nobody
types: what is new after each pause, everything after a long one.
"""

from __future__ import annotations

import asyncio
import gc

NEW_OBJECTS = 1_000_000
"""So many new objects are looked through at once even if nobody pauses."""
LONG_PAUSE = 10.0
"""Seconds without an edit."""


def take_over() -> None:
    """From now on garbage is collected here; what exists already is never looked at again."""
    gc.disable()
    gc.freeze()


class Housekeeper:
    """Told when somebody works and when they pause."""

    def __init__(self) -> None:
        self._sweep: asyncio.TimerHandle | None = None

    def working(self) -> None:
        """A document was opened or edited."""
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None
        if gc.get_count()[0] > NEW_OBJECTS:
            gc.collect(1)

    def pausing(self) -> None:
        """Nobody typed for a moment."""
        gc.collect(1)
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(LONG_PAUSE, self._everything)

    def _everything(self) -> None:
        self._sweep = None
        gc.collect()
