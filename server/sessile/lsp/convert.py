"""Our positions and the client's.

Ours: lines from 1, columns in utf-8 bytes. The client's: lines from 0, columns in the negotiated encoding's units.
Nothing else in the server converts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.text import Position, Range

if TYPE_CHECKING:
    from sessile.lsp.shapes import JsonRange
    from sessile.text import Encoding, LineIndex


def to_client(lines: LineIndex, ours: Range, encoding: Encoding) -> types.Range:
    """A range of the indexed text for the client."""
    return types.Range(start=_position(lines, ours.start, encoding), end=_position(lines, ours.end, encoding))


def from_client(lines: LineIndex, theirs: types.Range, encoding: Encoding) -> Range:
    """A range that the client names; what lies outside the text is clamped, an inverted range is turned round."""
    start = position_from_client(lines, theirs.start, encoding)
    end = position_from_client(lines, theirs.end, encoding)
    return Range(min(start, end), max(start, end))


def position_from_client(lines: LineIndex, theirs: types.Position, encoding: Encoding) -> Position:
    """A position that the client names; beyond the last line it is the end of the text."""
    return lines.from_column(theirs.line + 1, theirs.character, encoding)


def in_their_units(theirs: types.Range) -> Range:
    """The client's range with lines from 1 and columns still in the client's units, as `Document.changed_in` asks."""
    corners = [Position(each.line + 1, each.character) for each in (theirs.start, theirs.end)]
    return Range(min(corners), max(corners))


def to_json(lines: LineIndex, ours: Range, encoding: Encoding) -> JsonRange:
    """A range of the indexed text for the client, as plain JSON."""
    return {
        "start": {"line": ours.start.line - 1, "character": _column(lines, ours.start, encoding)},
        "end": {"line": ours.end.line - 1, "character": _column(lines, ours.end, encoding)},
    }


def _position(lines: LineIndex, ours: Position, encoding: Encoding) -> types.Position:
    return types.Position(line=ours.line - 1, character=_column(lines, ours, encoding))


def _column(lines: LineIndex, ours: Position, encoding: Encoding) -> int:
    """In an ASCII line, which most are, all encodings count alike."""
    text = lines.line(ours.line)
    return min(ours.column, len(text)) if text.isascii() else lines.column(ours, encoding)
