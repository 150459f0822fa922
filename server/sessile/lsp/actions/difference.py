"""The edits between two texts, line by line: what did not change is not touched, so cursors and folds stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.text import Edit, LineIndex, Position, Range

if TYPE_CHECKING:
    from collections.abc import Sequence


def difference(before: str, after: str) -> tuple[Edit, ...]:
    """Edits against `before` that make it `after`, in order; none if they are equal."""
    old, new = LineIndex(before).with_endings, LineIndex(after).with_endings
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    from difflib import SequenceMatcher

    steps = SequenceMatcher(None, old_middle, new_middle, autojunk=False).get_opcodes()
    return tuple(
        Edit(Range(_start(old, head + i), _start(old, head + j)), "".join(new_middle[k:m]))
        for tag, i, j, k, m in steps
        if tag != "equal"
    )


def _shared(first: Sequence[str], second: Sequence[str]) -> int:
    """How many lines at the start are equal."""
    limit = min(len(first), len(second))
    return next((i for i in range(limit) if first[i] != second[i]), limit)


def _start(lines: Sequence[str], index: int) -> Position:
    """Where a line (from 0) starts; the end of the text for the one behind the last."""
    if index < len(lines):
        return Position(index + 1, 0)
    return Position(len(lines), len(lines[-1].encode("utf-8", "surrogatepass")))
