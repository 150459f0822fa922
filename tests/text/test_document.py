"""Incremental edits give what replacing in the whole text gives."""

from __future__ import annotations

import time

import naive
from hypothesis import given
from hypothesis import strategies as st
from naive import encodings, texts

from sessile.text import Document, LineIndex, Position, Range

points = st.builds(Position, st.integers(0, 12), st.integers(-1, 20))
ranges = st.tuples(points, points).map(lambda pair: Range(min(pair), max(pair)))
edits = st.lists(st.tuples(st.one_of(st.none(), ranges, ranges, ranges), texts), max_size=5)


@given(texts, edits)
def test_changed_equals_replacing_in_the_whole_text(text: str, edits: list[tuple[Range | None, str]]) -> None:
    document = Document("/a.py", text, 1).changed(edits, 2)
    assert document.text == naive.changed(text, edits)
    assert (document.path, document.version) == ("/a.py", 2)
    assert list(document.lines.with_endings) == list(LineIndex(document.text).with_endings)


@given(texts, edits, encodings)
def test_edits_may_count_in_any_encoding(text: str, edits: list[tuple[Range | None, str]], encoding: str) -> None:
    assert Document("/a.py", text).changed_in(encoding, edits, 2).text == naive.changed(text, edits, encoding)


@given(texts, st.lists(texts, max_size=6), st.data())
def test_typing_goes_on_from_version_to_version(text: str, typed: list[str], data: st.DataObject) -> None:
    document = Document("/a.py", text, 0)
    for version, new in enumerate(typed, 1):
        document, before = document.changed([(data.draw(ranges), "")], version), document
        document = document.changed([(data.draw(ranges), new)], version)
        assert before.text == "".join(before.lines.with_endings)
        assert list(document.lines.with_endings) == list(LineIndex(document.text).with_endings)


def test_a_carriage_return_and_a_newline_join_across_an_edit() -> None:
    document = Document("/a.py", "a\rb").changed([(Range.at(2, 0, 2, 0), "\n")], 2)
    assert document.text == "a\r\nb"
    assert document.lines.count == 2
    parted = document.changed([(Range.at(1, 1, 1, 1), "\r")], 3)
    assert (parted.text, parted.lines.count) == ("a\r\r\nb", 3)


def test_a_backward_range_inserts() -> None:
    assert Document("/a.py", "abc").changed([(Range.at(1, 2, 1, 1), "-")], 2).text == "ab-c"


def test_an_edit_of_a_long_text_costs_no_more_than_a_millisecond() -> None:
    document = Document("/a.py", "    value = session.get(User, 1)\n" * 5600)
    fastest = 1.0
    for version in range(20):
        begin = time.perf_counter()
        document = document.changed([(Range.at(2800, 4, 2800, 4), "é\n")], version)
        assert document.lines.offset(Position(2801, 0))
        fastest = min(fastest, time.perf_counter() - begin)
    assert fastest < 0.001
