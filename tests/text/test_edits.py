"""Edits against one text: order, adjacency and overlap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive import texts

from sessile.text import Edit, LineIndex, Range, apply_edits


@given(texts, st.lists(st.tuples(st.integers(0, 40), texts), max_size=6))
def test_replacing_each_character_once_builds_the_text_anew(text: str, drawn: list[tuple[int, str]]) -> None:
    index = LineIndex(text)
    chosen = {
        place: new for place, new in drawn if place < len(text) and "\r" not in text[max(place - 1, 0) : place + 1]
    }
    edits = [Edit(Range(index.position(place), index.position(place + 1)), new) for place, new in chosen.items()]
    assert apply_edits(text, edits) == "".join(chosen.get(place, old) for place, old in enumerate(text))


def test_insertions_at_one_point_keep_their_order() -> None:
    edits = [Edit(Range.at(1, 1, 1, 1), "x"), Edit(Range.at(1, 1, 1, 2), "y"), Edit(Range.at(1, 1, 1, 1), "z")]
    assert apply_edits("abc", edits) == "axzyc"


def test_edits_may_touch() -> None:
    assert apply_edits("ab\ncd", [Edit(Range.at(1, 0, 1, 2), "1"), Edit(Range.at(1, 2, 2, 0), "2")]) == "12cd"


@pytest.mark.parametrize("second", [Range.at(1, 1, 1, 3), Range.at(1, 0, 1, 2), Range.at(1, 1, 1, 1)])
def test_an_overlap_is_named(second: Range) -> None:
    with pytest.raises(ValueError, match=r"overlap: 1:0-1:2 and 1:|overlap: 1:\d-1:\d and 1:0-1:2"):
        apply_edits("abc", [Edit(Range.at(1, 0, 1, 2), ""), Edit(second, "x")])
