"""One version of one file's text.

A document never changes: an edit makes the next one. So an answer that was computed from a document can always be told
from one about a newer text, and threads may share it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.text.lines import LineIndex, split_lines
from sessile.text.units import characters_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.text.position import Encoding, Position, Range


class Document:
    """A text with its absolute path and, in an editor, the version that the editor gave it."""

    __slots__ = ("_lines", "_path", "_text", "_version")

    def __init__(self, path: str, text: str, version: int | None = None) -> None:
        self._path = path
        self._text = text
        self._version = version
        self._lines: LineIndex | None = None

    @property
    def path(self) -> str:
        """The absolute path of the file."""
        return self._path

    @property
    def text(self) -> str:
        """The whole text, with its own line endings."""
        return self._text

    @property
    def version(self) -> int | None:
        """The editor's number for this text, or None."""
        return self._version

    @property
    def lines(self) -> LineIndex:
        """The index of the lines, built when first asked for."""
        if self._lines is None:
            self._lines = LineIndex(self._text)
        return self._lines

    def changed(self, edits_in_order: Sequence[tuple[Range | None, str]], version: int | None) -> Document:
        """The document after these edits, each against the text that the one before it left; None is the whole text.

        These are the semantics of `textDocument/didChange`. Positions out of range are clamped.
        """
        lines = list(self.lines.with_endings)
        for place, text in edits_in_order:
            if place is None:
                lines = split_lines(text)
            else:
                _replace(lines, _point(lines, place.start, "utf-8"), _point(lines, place.end, "utf-8"), text)
        return self._next(lines, version)

    def changed_in(
        self, encoding: Encoding, edits_in_order: Sequence[tuple[Range | None, str]], version: int | None
    ) -> Document:
        """Like `changed`, with columns in units of `encoding`: later edits need no conversion against earlier ones."""
        lines = list(self.lines.with_endings)
        for place, text in edits_in_order:
            if place is None:
                lines = split_lines(text)
            else:
                _replace(lines, _point(lines, place.start, encoding), _point(lines, place.end, encoding), text)
        return self._next(lines, version)

    def _next(self, lines: list[str], version: int | None) -> Document:
        document = Document(self._path, "".join(lines), version)
        document._lines = LineIndex.of(lines)
        return document


def _point(lines: list[str], position: Position, encoding: Encoding) -> tuple[int, int]:
    if position.line < 1:
        return 0, 0
    if position.line > len(lines):
        return len(lines) - 1, len(lines[-1])
    line = lines[position.line - 1].rstrip("\r\n")
    return position.line - 1, characters_before(line, position.column, encoding)


def _replace(lines: list[str], start: tuple[int, int], end: tuple[int, int], text: str) -> None:
    end = max(start, end)
    first, last = start[0], end[0]
    merged = lines[first][: start[1]] + text + lines[last][end[1] :]
    if first > 0 and merged.startswith("\n") and lines[first - 1].endswith("\r"):
        first -= 1
        merged = lines[first] + merged
    pieces = split_lines(merged)
    if last + 1 < len(lines):
        pieces.pop()
    lines[first : last + 1] = pieces
