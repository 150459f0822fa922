"""Finds the pieces of an edited text by looking only at what the edit can have changed."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from sessile.syntax.blocks import piece_at
from sessile.syntax.lines import OpenBrackets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.syntax.blocks import Piece
    from sessile.text import Document

NEW = -1


def rescan(document: Document, before: Document, old: Sequence[Piece]) -> list[tuple[Piece, int]]:
    """The pieces of a document, each with the index of the piece of `old`, those of `before`, that it is, or NEW."""
    text = document.text
    same_before, same_after = _same(before.lines.with_endings, document.lines.with_endings)
    starts = list(accumulate((piece.length for piece in old), initial=0))
    index_at = {start: index for index, start in enumerate(starts[:-1])}
    moved = len(text) - len(before.text)
    found: list[tuple[Piece, int]] = []
    position, open_brackets = 0, OpenBrackets()
    while position < len(text):
        if position >= len(text) - same_after and position - moved in index_at:
            index = index_at[position - moved]
            return found + [(old[kept], kept) for kept in range(index, len(old))]
        index = index_at.get(position, NEW)
        if index == NEW or position + old[index].reach > same_before:
            index = NEW
        piece = old[index] if index != NEW else piece_at(text, position, open_brackets)
        found.append((piece, index))
        position += piece.length
    return found


def _same(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many characters, in whole lines, both begin with, and how many of the others both end with."""
    head = common_head(old, new)
    tail = common_tail(old, new, head)
    return sum(map(len, new[:head])), sum(map(len, new[len(new) - tail :]))


def common_head(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines both begin with, found by halving; lines that an edit left alone are the same objects."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def common_tail(one: Sequence[str], other: Sequence[str], without: int) -> int:
    """How many lines both end with, those of the first `without` left out."""
    low, high = 0, min(len(one), len(other)) - without
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low
