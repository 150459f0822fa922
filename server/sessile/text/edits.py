"""Edits against one text, and their result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessile.text.lines import LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessile.text.position import Range


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in the place of what `range` holds; an empty range inserts."""

    range: Range
    text: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text after the edits, all of which are against `text`; insertions at one point keep their order.

    Raises ValueError, with both ranges in its message, if two edits overlap.
    """
    index = LineIndex(text)
    pieces: list[str] = []
    done, previous = 0, None
    for edit in sorted(edits, key=lambda edit: (edit.range.start, edit.range.end)):
        start, end = index.offset(edit.range.start), index.offset(edit.range.end)
        if previous is not None and start < done:
            raise ValueError(f"edits overlap: {_show(previous.range)} and {_show(edit.range)}")
        pieces += (text[done:start], edit.text)
        done, previous = max(end, start), edit
    return "".join([*pieces, text[done:]])


def _show(place: Range) -> str:
    return f"{place.start.line}:{place.start.column}-{place.end.line}:{place.end.column}"
