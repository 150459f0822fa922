"""Splits a text into top-level statements by a lexical scan, without parsing it.

A piece is decided by the text from its own start up to its `reach`, by nothing before and nothing after: that is what
makes it possible to scan only around an edit and still to get what a scan of the whole text would give.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sessile.syntax.lines import OpenBrackets, logical_lines, trivia_start
from sessile.syntax.parsing import parses
from sessile.syntax.strings import exact_end, is_triple
from sessile.syntax.swallowed import may_swallow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sessile.syntax.lines import LogicalLine

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
    start, open_brackets = 0, OpenBrackets()
    while start < len(text):
        piece = piece_at(text, start, open_brackets)
        yield piece
        start += piece.length


def piece_at(text: str, start: int, open_brackets: OpenBrackets) -> Piece:
    """The piece that begins at `start`, which is 0 or the end of another piece.

    `open_brackets` is what is known of this text so far; it saves time and changes nothing.
    """
    match = _TRIVIA.match(text, start)
    assert match is not None
    head = match.end()
    if head >= len(text):
        return Piece(len(text) - start, _ALL)
    return _fast(text, start, head) or _careful(text, start, head, open_brackets)


def _fast(text: str, start: int, head: int) -> Piece | None:
    """The piece if nothing in it is out of the ordinary."""
    line, outer, scan = head, _next_outer(text, head), _Scan(head, head)
    while _read(text, scan, outer):
        if scan.position < outer:
            continue
        if scan.position > outer or scan.joined:
            outer = _next_outer(text, scan.position)
        elif scan.depth:
            return None
        elif outer == len(text):
            return Piece(trivia_start(text, scan.solid, outer) - start, _ALL)
        elif not _belongs(text, line, outer):
            return Piece(trivia_start(text, scan.solid, outer) - start, outer + _AHEAD - start)
        else:
            line, outer = outer, _next_outer(text, outer)
    return None


@dataclass(slots=True)
class _Scan:
    """Where a scan is; no line that begins at or before `solid` is blank or a comment; `joined`: a `\\` came last."""

    position: int
    solid: int
    depth: int = 0
    joined: bool = False


def _read(text: str, scan: _Scan, limit: int) -> bool:
    """Reads to `limit`, or to the end of a string that goes on beyond it; False if something is not ordinary."""
    scan.joined = False
    for match in _TOKEN.finditer(text, scan.position, limit):
        token, end = match.span(1)
        kind = text[token:end][:1]
        if kind and kind in "([{":
            scan.depth += 1
        elif kind and kind in ")]}":
            scan.depth = max(scan.depth - 1, 0)
        elif kind == "\\":
            scan.position = scan.solid = end
            scan.joined = end == limit
        elif kind and kind in "\"'":
            end = end if end - token > 1 else exact_end(text, token)
            if end < 0 or (is_triple(text, token) and may_swallow(text, token, end)):
                return False
            scan.position, scan.solid = end, end - 1
            if end != match.end():
                return True
    scan.position = limit
    return True


def _next_outer(text: str, position: int) -> int:
    """The offset of the next character that begins a line of code at column 0."""
    match = _OUTER.search(text, position)
    return match.end() if match else len(text)


def _belongs(text: str, line: int, outer: int) -> bool:
    """Whether the line at `outer` goes on with the statement whose latest line at column 0 is at `line`."""
    if _CONTINUES.match(text, outer):
        return True
    return bool(_DECORATOR.match(text, line) and _DECORATED.match(text, outer))


def _careful(text: str, start: int, head: int, open_brackets: OpenBrackets) -> Piece:
    """The piece, by its logical lines, which get along with damage; strings are doubted only if it does not parse."""
    end, doubtful = _logical_end(text, head, logical_lines(text, head, trusting=True, open_brackets=open_brackets))
    if doubtful and not parses(text[start:end]):
        end, _ = _logical_end(text, head, logical_lines(text, head))
    return Piece(end - start, _ALL)


def _logical_end(text: str, head: int, lines: Iterable[LogicalLine]) -> tuple[int, bool]:
    """Where the statement that begins at `head` ends, and whether one of its strings is doubtful."""
    outer = end = head
    doubtful = False
    for line in lines:
        if line.indent == 0 and line.start > head:
            if end > head and not _belongs(text, outer, line.start):
                break
            outer = line.start
        end = line.next
        doubtful |= line.doubtful
    return end, doubtful
