"""Decisions where one statement may go several ways; see `Machine.explore`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Names a state in the heap of a world.
Handle = int


class Choices:
    """Decisions taken while one statement runs, so that the statement can be run again for each alternative."""

    __slots__ = ("handles", "limit", "memo", "open", "position", "stops", "taken")

    def __init__(self, prefix: tuple[int, ...], memo: dict[tuple[int, ...], object], limit: int) -> None:
        self.taken = list(prefix)
        self.position = 0
        self.stops = 0
        self.handles = 0
        self.open: list[tuple[int, ...]] = []
        self.memo = memo
        self.limit = limit

    def choose(self, alternatives: int) -> int:
        """The alternative to take now; the others are noted for later runs."""
        if alternatives <= 1:
            return 0
        if self.position < len(self.taken):
            choice = self.taken[self.position]
        else:
            choice = 0
            here = tuple(self.taken)
            room = self.limit - len(self.open)
            self.open.extend((*here, other) for other in range(1, min(alternatives, room + 1)))
            self.taken.append(0)
        self.position += 1
        return choice

    def handle(self, fresh: Iterator[int]) -> int:
        """The handle of the next state that this run makes: the same in every run of the statement, so that outcomes
        that were computed once fit them all."""
        self.handles += 1
        found = self.memo.get((0, self.handles))
        if not isinstance(found, int):
            found = self.memo[(0, self.handles)] = next(fresh)
        return found

    def stop(self) -> tuple[int, ...]:
        """Identifies the point reached in this run: the choices taken, and how many points were passed."""
        self.stops += 1
        return (-1, *self.taken[: self.position], -self.stops)
