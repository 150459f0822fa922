"""The line index agrees with counting by hand, for every character that has ever confused one."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive import encodings, lines, offset, texts, width

from sessile.text import LineIndex, Position

numbers = st.integers(-2, 45)


@given(texts)
def test_only_newline_and_carriage_return_end_a_line(text: str) -> None:
    index = LineIndex(text)
    assert [index.line(number) for number in range(1, index.count + 1)] == [line for line, _ in lines(text)]
    assert list(index.with_endings) == [line + ending for line, ending in lines(text)]


@given(texts, st.builds(Position, numbers, numbers))
def test_offset_clamps_like_counting_by_hand(text: str, position: Position) -> None:
    assert LineIndex(text).offset(position) == offset(text, position)


@given(texts)
def test_offsets_survive_the_way_to_positions_and_back(text: str) -> None:
    index = LineIndex(text)
    for place in range(len(text) + 1):
        inside_of_an_ending = text[place - 1 : place + 1] == "\r\n" and place > 0
        assert index.offset(index.position(place)) == place - inside_of_an_ending


@given(texts, encodings)
def test_columns_survive_the_way_to_an_encoding_and_back(text: str, encoding: str) -> None:
    index = LineIndex(text)
    for number, (line, _) in enumerate(lines(text), 1):
        column = units = 0
        for character in [*line, ""]:
            position = Position(number, column)
            assert index.column(position, encoding) == units
            assert index.from_column(number, units, encoding) == position
            column += width(character, "utf-8") if character else 0
            units += width(character, encoding) if character else 0


@given(texts, numbers, numbers, encodings)
def test_any_column_becomes_a_position_in_the_text(text: str, line: int, column: int, encoding: str) -> None:
    index = LineIndex(text)
    position = index.from_column(line, column, encoding)
    assert index.offset(position) == offset(text, Position(line, column), encoding)
    assert index.position(index.offset(position)) == position


def test_the_middle_of_a_surrogate_pair_is_its_start() -> None:
    index = LineIndex("a\U0001f600b")
    assert [index.from_column(1, column, "utf-16").column for column in range(6)] == [0, 1, 1, 5, 6, 6]
    assert [index.from_column(1, column, "utf-8").column for column in range(8)] == [0, 1, 1, 1, 1, 5, 6, 6]


@pytest.mark.parametrize("text", ["", "\n", "\r", "\r\n", "a\r", "\n\r"])
def test_a_text_ends_in_a_line_of_its_own(text: str) -> None:
    index = LineIndex(text)
    assert index.offset(index.end) == len(text)
    assert index.position(len(text)) == index.end
    assert index.position(len(text) + 9) == index.end


def test_columns_are_those_of_ast() -> None:
    text = "x = 'é€\U0001f600\f\u2028' + name\ny = 'a\x85' + name\r\nz = 'b\v' + name\rend = name"
    index = LineIndex(text)
    names = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name) and node.id == "name"]
    assert len(names) == 4
    for node in names:
        place = index.offset(Position(node.lineno, node.col_offset))
        assert text[place : place + 4] == "name"
        assert index.position(place) == Position(node.lineno, node.col_offset)
