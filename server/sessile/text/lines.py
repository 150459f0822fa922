"""The lines of a text and the exact conversion of positions in it.

Only `\\n`, `\\r\\n` and `\\r` end a line, as in the Language Server Protocol and for Python itself: not the form
feed, the vertical tab, NEL or U+2028, at which `str.splitlines` splits. Every conversion clamps, none raises.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from sessile.text.position import Position
from sessile.text.units import bytes_before, characters_before, units_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.text.position import Encoding

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_SPLIT_BY_STR_ONLY = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"


def split_lines(text: str) -> list[str]:
    """The lines with their endings; the last one has none and is empty if the text ends in a line ending."""
    if any(character in text for character in _SPLIT_BY_STR_ONLY):
        lines = _LINE.findall(text)
    else:
        lines = text.splitlines(keepends=True)
    if not lines or lines[-1][-1] in "\r\n":
        lines.append("")
    return lines


class LineIndex:
    """Maps positions, offsets (in code points) and columns of editors to each other."""

    __slots__ = ("_lines", "_starts")

    def __init__(self, text: str) -> None:
        self._lines: Sequence[str] = split_lines(text)
        self._starts: list[int] | None = None

    @classmethod
    def of(cls, lines: Sequence[str]) -> LineIndex:
        """An index of lines split by `split_lines`; the caller gives the sequence away."""
        index = cls.__new__(cls)
        index._lines = lines
        index._starts = None
        return index

    @property
    def count(self) -> int:
        """How many lines there are; at least 1."""
        return len(self._lines)

    @property
    def with_endings(self) -> Sequence[str]:
        """All lines, each with its ending; not to be changed."""
        return self._lines

    def line(self, number: int) -> str:
        """The line (from 1) without its ending; empty if there is no such line."""
        if not 1 <= number <= len(self._lines):
            return ""
        return self._lines[number - 1].rstrip("\r\n")

    def start(self, number: int) -> int:
        """The offset of a line's first character; that of the end of the text if there is no such line."""
        if self._starts is None:
            self._starts = [0, *accumulate(map(len, self._lines))]
        return self._starts[min(max(number, 1) - 1, len(self._lines))]

    def offset(self, position: Position) -> int:
        """The code points before `position`."""
        if position.line < 1:
            return 0
        return self.start(position.line) + characters_before(self.line(position.line), position.column, "utf-8")

    def position(self, offset: int) -> Position:
        """The position after `offset` code points; within a line ending: before it."""
        self.start(1)
        assert self._starts is not None
        number = max(bisect_right(self._starts, offset, 0, len(self._lines)), 1)
        return Position(number, bytes_before(self.line(number), max(offset, 0) - self._starts[number - 1]))

    def column(self, position: Position, encoding: Encoding) -> int:
        """The units of `encoding` before `position` in its line."""
        line = self.line(position.line)
        return units_before(line, characters_before(line, position.column, "utf-8"), encoding)

    def from_column(self, line: int, column: int, encoding: Encoding) -> Position:
        """The position `column` units of `encoding` into the line (from 1); within a character: its start."""
        if line < 1:
            return Position(1, 0)
        if line > len(self._lines):
            return self.end
        text = self.line(line)
        return Position(line, bytes_before(text, characters_before(text, column, encoding)))

    @property
    def end(self) -> Position:
        """The position after the last character."""
        last = self.line(self.count)
        return Position(self.count, bytes_before(last, len(last)))
