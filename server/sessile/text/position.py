"""Where something is in a text, in the units that `ast` uses.

A line counts from 1 and a column counts UTF-8 bytes from 0, always. Other units (UTF-16 for editors, code points for
reports) exist only at the edges, through `LineIndex.column` and `LineIndex.from_column`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Encoding = Literal["utf-8", "utf-16", "utf-32"]


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A point between two characters: `line` from 1, `column` in UTF-8 bytes from 0."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """What lies between two positions; `end` is exclusive."""

    start: Position
    end: Position

    @classmethod
    def at(cls, line: int, column: int, end_line: int, end_column: int) -> Range:
        """The range with these lines (from 1) and columns (UTF-8 bytes from 0)."""
        return cls(Position(line, column), Position(end_line, end_column))

    def __contains__(self, position: Position) -> bool:
        return self.start <= position < self.end

    def moved(self, lines: int) -> Range:
        """The same range, so many lines further down."""
        start, end = self.start, self.end
        return Range(Position(start.line + lines, start.column), Position(end.line + lines, end.column))
