"""A few lines of source with a place in them underlined.

Every character of the source has its own cell or two on the screen, so the underline stands where it should under tabs,
wide characters and combining ones; what could act on the terminal is shown as a symbol.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.output.styled import Styled
from sessile.output.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.text import Document, Range

_TAB = 4
_WIDEST = 160
_LEFT_OF_PLACE = 60
GUTTER = "bold blue"


def frame(document: Document, place: Range, gutter: int, *, around: int, mark: str, style: str) -> Iterator[Styled]:
    """The lines of a place's start and `around` more on either side; `gutter` is the width of line numbers."""
    lines = document.lines
    row = place.start.line
    start = lines.column(place.start, "utf-32")
    cut = start - _LEFT_OF_PLACE if len(lines.line(row)) > _WIDEST else 0
    yield edge(gutter)
    for number in _rows(document, row, around):
        cells = _cells(lines.line(number))
        yield Styled(f"{number:>{gutter}} |", GUTTER)
        yield Styled(_cut(cells, cut) + "\n")
        if number == row:
            end = lines.column(place.end, "utf-32") if place.end.line == row else len(lines.line(row).rstrip())
            yield Styled(f"{'':{gutter}} |", GUTTER)
            yield Styled(_underline(cells, start, end, cut, mark) + "\n", style)


def edge(gutter: int) -> Styled:
    """The empty line above and below a frame."""
    return Styled(f"{'':{gutter}} |\n", GUTTER)


def _rows(document: Document, row: int, around: int) -> range:
    """The rows to show: blank ones at the edges are left out."""
    first, last = max(row - around, 1), min(row + around, document.lines.count)
    while first < row and not document.lines.line(first).strip():
        first += 1
    while last > row and not document.lines.line(last).strip():
        last -= 1
    return range(first, last + 1)


def _cells(line: str) -> list[str]:
    """Each character as it is shown."""
    cells: list[str] = []
    column = 0
    for character in line:
        shown = " " * (_TAB - column % _TAB) if character == "\t" else visible(character)
        column += _width(shown)
        cells.append(shown)
    return cells


def _cut(cells: list[str], cut: int) -> str:
    first = max(cut, 0)
    shown = "".join(cells[first : first + _WIDEST]).rstrip()
    before, after = "..." if first else "", "..." if len(cells) > first + _WIDEST else ""
    return f" {before}{shown}{after}".rstrip()


def _underline(cells: list[str], start: int, end: int, cut: int, mark: str) -> str:
    first = max(cut, 0)
    before = _width("".join(cells[first:start])) + (3 if first else 0)
    return " " * (before + 1) + mark * max(_width("".join(cells[start : min(end, first + _WIDEST)])), 1)


def _width(text: str) -> int:
    """The cells that a text takes on a screen."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)
