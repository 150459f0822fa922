"""Splits a text into top-level statements by a lexical scan, without parsing it.

A piece is decided by the text from its own start up to its `reach`, by nothing before and nothing after: that is what
makes it possible to scan only around an edit and still to get what a scan of the whole text would give.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, NamedTuple

from sessile.syntax.lines import line_start, logical_lines
from sessile.syntax.parsing import parses
from sessile.syntax.strings import exact_end
from sessile.syntax.swallowed import may_swallow

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = r"""[^"'#()\[\]{}\\]*(?:\([^"'#()\[\]{}\\\r\n]*\)[^"'#()\[\]{}\\]*)*"""
_STRINGS = "|".join(
    template.replace("Q", quote)
    for quote in "\"'"
    for template in (
        r"(?<![fFtT])(?<![fFtT][rR])QQQ[^Q\\]*(?:(?:\\.|Q(?!QQ))[^Q\\]*)*QQQ",
        r"(?<![fFtT])(?<![fFtT][rR])Q(?!QQ)[^Q\\\r\n]*(?:\\(?:\r\n|.)[^Q\\\r\n]*)*Q",
        r"Q(?!QQ)[^Q\\\r\n{}]*(?:\{[^Q\\\r\n{}'\"]*\}[^Q\\\r\n{}]*)*Q",
    )
)
_TOKEN = re.compile(rf"""{_PLAIN}({_STRINGS}|#[^\r\n]*|[()\[\]{{}}"']|\\(?:\r\n|[\r\n])|\\|\Z)""", re.S)
_TRIVIA = re.compile(r"(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|[\r\n]))*(?:[ \t\f]*(?:#[^\r\n]*)?\Z)?")
_OUTER = re.compile(r"[\r\n](?:[ \t\f]*\f)?(?=[^ \t\f\r\n#)\]}])")
_CONTINUES = re.compile(r"[ \t\f]*(?:else|elif|except|finally)\b")
_DECORATOR = re.compile(r"[ \t\f]*@")
_DECORATED = re.compile(r"[ \t\f]*(?:@|def\b|class\b|async\b)")
_AHEAD = 12
_ALL = sys.maxsize


class Piece(NamedTuple):
    """One statement with what stands above it: its length, and how much text from its start on decided it."""

    length: int
    reach: int


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of the whole text; comments and blank lines after the last statement are a piece of their own."""
    start = 0
    while start < len(text):
        piece = piece_at(text, start)
        yield piece
        start += piece.length


def piece_at(text: str, start: int) -> Piece:
    """The piece that begins at `start`, which is 0 or the end of another piece."""
    match = _TRIVIA.match(text, start)
    assert match is not None
    head = match.end()
    if head >= len(text):
        return Piece(len(text) - start, _ALL)
    return _fast(text, start, head) or _careful(text, start, head)


def _fast(text: str, start: int, head: int) -> Piece | None:
    """The piece if nothing in it is out of the ordinary."""
    depth, line, solid, position = 0, head, head, head
    outer = _next_outer(text, head)
    while True:
        for match in _TOKEN.finditer(text, position):
            token, end = match.span(1)
            while outer <= token < len(text) or outer < token:
                if depth:
                    return None
                if not _belongs(text, line, outer):
                    return Piece(_trivia_start(text, solid, outer) - start, outer + _AHEAD - start)
                line, outer = outer, _next_outer(text, outer)
            kind = text[token : token + 1]
            if not kind:
                return None if depth else Piece(_trivia_start(text, solid, token) - start, _ALL)
            if kind in "([{":
                depth += 1
            elif kind in ")]}":
                depth = max(depth - 1, 0)
            elif kind in "\"'\\":
                if end - token == 1:
                    end = exact_end(text, token) if kind != "\\" else end
                    if end < 0:
                        return None
                if text.startswith(('"""', "'''"), token) and may_swallow(text, token, end):
                    return None
                solid = end if kind == "\\" else end - 1
                outer = outer if outer > end else _next_outer(text, end)
                if end != match.end():
                    position = end
                    break


def _next_outer(text: str, position: int) -> int:
    """The offset of the next character that begins a line of code at column 0."""
    match = _OUTER.search(text, position)
    return match.end() if match else len(text)


def _belongs(text: str, line: int, outer: int) -> bool:
    """Whether the line at `outer` goes on with the statement whose latest line at column 0 is at `line`."""
    if _CONTINUES.match(text, outer):
        return True
    return bool(_DECORATOR.match(text, line) and _DECORATED.match(text, outer))


def _trivia_start(text: str, solid: int, outer: int) -> int:
    """The start of the blank lines and comments before `outer`; no line that begins at or before `solid` is one."""
    start, end = outer, outer
    if outer < len(text):
        start = line_start(text, outer, solid)
        end = _before_ending(text, start)
    while start > solid:
        above = line_start(text, end, solid)
        stripped = text[above:end].strip(" \t\f")
        if above <= solid or (stripped and stripped[0] != "#"):
            break
        start, end = above, _before_ending(text, above)
    return start


def _before_ending(text: str, start: int) -> int:
    """Where the line above the one that begins at `start` ends, without its ending."""
    return start - 2 if text.startswith("\r\n", start - 2) else start - 1


def _careful(text: str, start: int, head: int) -> Piece:
    """The piece, by its logical lines, which get along with damage; strings are doubted only if it does not parse."""
    end, doubtful = _logical_end(text, head, trusting=True)
    if doubtful and not parses(text[start:end]):
        end, _ = _logical_end(text, head, trusting=False)
    return Piece(end - start, _ALL)


def _logical_end(text: str, head: int, *, trusting: bool) -> tuple[int, bool]:
    """Where the statement that begins at `head` ends, and whether one of its strings is doubtful."""
    outer = end = head
    doubtful = False
    for line in logical_lines(text, head, trusting=trusting):
        if line.indent == 0 and line.start > head:
            if end > head and not _belongs(text, outer, line.start):
                break
            outer = line.start
        end = line.next
        doubtful |= line.doubtful
    return end, doubtful
