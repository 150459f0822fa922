"""The edits that lead from one text to another, each as small as it can be."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from sessile.text import Edit, LineIndex, Range

if TYPE_CHECKING:
    from collections.abc import Sequence


def difference(before: str, after: str) -> tuple[Edit, ...]:
    """Edits against `before` that make it `after`, in order; none if they are equal."""
    old, new = list(LineIndex(before).with_endings), list(LineIndex(after).with_endings)
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    starts = LineIndex(before)
    edits: list[Edit] = []
    for tag, i, j, k, m in SequenceMatcher(None, old_middle, new_middle, autojunk=False).get_opcodes():
        if tag != "equal":
            start = starts.start(head + i + 1)
            edits.append(_trimmed(starts, start, "".join(old_middle[i:j]), "".join(new_middle[k:m])))
    return tuple(edits)


def _shared(first: Sequence[str], second: Sequence[str]) -> int:
    """How many items at the start are equal."""
    limit = min(len(first), len(second))
    return next((i for i in range(limit) if first[i] != second[i]), limit)


def _trimmed(index: LineIndex, start: int, old: str, new: str) -> Edit:
    """One edit without what both texts have in common at their ends; no `\\r\\n` is cut in two."""
    head = _shared(old, new)
    if "\r" in (old[head - 1 : head], new[head - 1 : head]):
        head -= 1
    tail = _shared(old[head:][::-1], new[head:][::-1])
    if tail and old[-tail] == "\n" and "\r" in (old[-tail - 1 : -tail], new[-tail - 1 : -tail]):
        tail -= 1
    place = Range(index.position(start + head), index.position(start + len(old) - tail))
    return Edit(place, new[head : len(new) - tail])
