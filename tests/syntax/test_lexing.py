"""Our own lexers agree with Python's on valid files, and find the ends of strings of any version."""

from __future__ import annotations

import io
import tokenize
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syntax_corpus import SNIPPETS, files

from sessile.syntax.comments import comments
from sessile.syntax.lines import logical_lines
from sessile.syntax.strings import exact_end, string_end
from sessile.syntax.tokens import tokens
from sessile.text import LineIndex

OPENING = {"FSTRING_START": 1, "TSTRING_START": 1, "FSTRING_END": -1, "TSTRING_END": -1}


class Lexed(NamedTuple):
    """Offsets of strings and comments, and the first and last line of each logical line."""

    strings: list[tuple[int, int]]
    comments: list[tuple[int, int]]
    lines: list[tuple[int, int]]


def lexed_by_python(text: str) -> Lexed:
    index = LineIndex(text)
    found = Lexed([], [], [])
    depth = first = begin = 0
    for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
        start, end = (index.start(line) + column for line, column in (token.start, token.end))
        kind = tokenize.tok_name[token.type]
        step = OPENING.get(kind, 0)
        begin = start if step > 0 and depth == 0 else begin
        depth += step
        if (kind == "STRING" and depth == 0) or (step < 0 and depth == 0):
            found.strings.append((begin if step else start, end))
        elif kind == "COMMENT":
            found.comments.append((start, end))
        elif kind == "NEWLINE":
            found.lines.append((first, token.start[0]))
            first = 0
        if kind not in ("COMMENT", "NL", "NEWLINE", "INDENT", "DEDENT", "ENDMARKER"):
            first = first or token.start[0]
    return found


@pytest.mark.parametrize("batch", range(4))
def test_strings_comments_and_logical_lines_are_those_of_python(batch: int) -> None:
    compared = 0
    for path, text in files(120)[batch::4]:
        if "\f" in text or "\r" in text:
            continue
        try:
            expected = lexed_by_python(text)
        except (tokenize.TokenError, SyntaxError):
            continue
        index = LineIndex(text)
        ours = list(tokens(text))
        assert [(token.start, token.end) for token in ours if token.kind == "string"] == expected.strings, path
        assert [(found.offset, found.offset + len(found.text)) for found in comments(text)] == expected.comments, path
        lines = list(logical_lines(text))
        spans = [(index.position(line.start).line, index.position(line.end).line) for line in lines]
        assert spans == expected.lines, path
        assert not any(line.damaged for line in lines), path
        compared += 1
    assert compared > 10


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("'a' b", 3),
        ("'' b", 2),
        ("'''a'b''c''' d", 12),
        ("'a\\'b' c", 6),
        ("'a\\\nb' c", 6),
        ("'a\\\r\nb' c", 7),
        ("'a\nb'", -1),
        ("'''a", -1),
        ("f'{a}' b", 6),
        ("f'{a['b']}' c", 11),
        ("f'{a!r:>{b['c']}}' d", 18),
        ("f'{f'{f'{a}'}'}' b", 16),
        ("f'{\na\n}' b", 8),
        ("f'{{' b", 5),
        ("f'}}{a}' b", 8),
        ("f'\\N{EM DASH}{a}' b", 17),
        ("rf'\\{a['b']}' c", 13),
        ("f'''{a['b']}\n''' c", 16),
        ("f'{a # }\n}' b", 11),
        ("f'{(lambda: {'a': 1})['a']}' b", 28),
        ("t'{a['b']}' c", 11),
        ("f'{a' b", 5),
        ("f'{a\nreturn '}'", -1),
        ("xf'{a['b']}'", 7),
    ],
)
def test_where_a_string_ends(text: str, end: int) -> None:
    assert string_end(text, text.index("'")) == end


@given(st.lists(st.sampled_from([*SNIPPETS, "f'", "{", "}", "!r", ":", "\\", "'", '"'])).map("".join))
def test_any_text_can_be_read(text: str) -> None:
    for quote in (place for place, character in enumerate(text) if character in "\"'"):
        end = string_end(text, quote)
        assert end == -1 or text[quote] == text[end - 1]
        assert exact_end(text, quote) in (end, -1)
    done = 0
    for token in tokens(text):
        assert done <= token.start < token.end <= len(text)
        done = token.end
    last = 0
    for line in logical_lines(text):
        assert last <= line.start <= line.end <= line.next <= len(text)
        assert line.next > line.start
        last = line.next
