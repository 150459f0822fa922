"""The logical lines of a text, however broken it is.

A logical line that is damaged (a bracket or a quote without its partner) ends where the next statement visibly begins:
before a line that starts with a keyword that no bracket may hold, or rather at the first line that is indented no
deeper than the damaged one; a triple quote ends before the next definition. So damage stays within its statement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessile.syntax.strings import STATEMENT, after_blanks, is_triple, string_end
from sessile.syntax.swallowed import swallowed_from

if TYPE_CHECKING:
    from collections.abc import Iterator

_EVENT = re.compile(r"""[^"'#()\[\]{}\\\r\n]*(["'()\[\]{}]|#[^\r\n]*|\\(?:\r\n|[\r\n])|\\|\r\n|[\r\n]|\Z)""")
_TRIVIA = re.compile(r"(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|[\r\n]))*([ \t\f]*)(?:#[^\r\n]*\Z)?")
# A whole line with nothing in it but plain text, strings on one line and brackets up to two deep, all of them closed.
_TEXT = r"""[^"'#()\[\]{}\\\r\n]*"""
_STRING = "|".join(rf"(?<![fFtT])(?<![fFtT][rR]){mark}(?!{mark}{mark})[^{mark}\\\r\n]*{mark}" for mark in "\"'")
_INNER = rf"(?:{_STRING}|\({_TEXT}\)|\[{_TEXT}\])"
_OUTER = rf"(?:{_STRING}|[(\[]{_TEXT}(?:{_INNER}{_TEXT})*[)\]])"
_SIMPLE = re.compile(rf"{_TEXT}(?:{_OUTER}{_TEXT})*(?:#[^\r\n]*)?(?=[\r\n])")
# The first line of a header that visibly ends there: whatever bracket is open in it, what follows is its body.
_OPEN_HEADER = re.compile(
    r"(?:async|if|elif|else|for|while|with|def|class|except|match|case)\b"
    r"[^\r\n]*[\w\])}'\":][ \t]*(?:#[^\r\n]*)?[\r\n]+\Z"
)
_REST = re.compile(r"[^\r\n]*")
_PARTNER = {")": "(", "]": "[", "}": "{"}


@dataclass(slots=True)
class LogicalLine:
    """Offsets into the text: `start` of the first character, `end` after the last, `next` of the line after it.

    `indent` is in columns, tabs at multiples of 8. `damaged`: a bracket or quote has no partner. `doubtful`: a triple
    quote in it seems to have swallowed code.
    """

    start: int
    indent: int
    end: int = 0
    next: int = 0
    damaged: bool = False
    doubtful: bool = False


def indent_width(text: str, start: int, code: int) -> int:
    """The column of the character at offset `code`, tabs at multiples of 8, a form feed back at 0."""
    if "\t" not in text[start:code] and "\f" not in text[start:code]:
        return code - start
    width = 0
    for character in text[start:code]:
        width = 0 if character == "\f" else (width // 8 + 1) * 8 if character == "\t" else width + 1
    return width


def line_start(text: str, offset: int, floor: int) -> int:
    """The offset of the first character of the line that holds `offset`; `floor` if that is further up."""
    return max(text.rfind("\n", floor, offset), text.rfind("\r", floor, offset), floor - 1) + 1


def before_ending(text: str, start: int) -> int:
    """Where the line above the one that begins at `start` ends, without its ending; `start` if it has none."""
    if text.startswith("\r\n", start - 2):
        return start - 2
    return start - 1 if text[start - 1 : start] in ("\n", "\r") else start


def trivia_start(text: str, solid: int, outer: int) -> int:
    """The start of the blank lines and comments before `outer`; no line that begins at or before `solid` is one."""
    start, end = outer, outer
    if outer < len(text):
        start = line_start(text, outer, solid)
        end = before_ending(text, start)
    while start > solid:
        above = line_start(text, end, solid)
        stripped = text[above:end].strip(" \t\f")
        if above <= solid or (stripped and stripped[0] != "#"):
            break
        start, end = above, before_ending(text, above)
    return start


class OpenBrackets(dict[int, int]):
    """Brackets of one text that are known to have no partner, by offset, and the offset where that became certain."""


def logical_lines(
    text: str, start: int = 0, *, trusting: bool = False, open_brackets: OpenBrackets | None = None
) -> Iterator[LogicalLine]:
    """The logical lines from `start`, the beginning of a line; blank lines and comments between them are left out.

    Strings that seem to swallow code end before it, unless `trusting`. `open_brackets` may be given to several calls
    for the same text with the same trust: without it, many open brackets would cost time quadratic in their number.
    """
    position = start
    known = OpenBrackets() if open_brackets is None else open_brackets
    while True:
        match = _TRIVIA.match(text, position)
        assert match is not None
        code = match.end()
        if code >= len(text):
            return
        line = LogicalLine(code, indent_width(text, match.start(1), code))
        simple = _SIMPLE.match(text, code)
        if simple is not None:
            line.end = simple.end()
            line.next = line.end + (2 if text.startswith("\r\n", line.end) else 1)
        else:
            _Reader(text, line, known, trusting=trusting).read()
        yield line
        position = line.next


class _Reader:
    """Finds where one logical line ends."""

    def __init__(self, text: str, line: LogicalLine, known: OpenBrackets, *, trusting: bool) -> None:
        self.text = text
        self.line = line
        self.known = known
        self.trusting = trusting
        self.stack: list[tuple[str, int]] = []
        self.starts: list[int] = []

    def read(self) -> None:
        """Settles `end`, `next` and the state of the line."""
        position = self.line.start
        while position >= 0:
            match = _EVENT.match(self.text, position)
            assert match is not None
            position = self._event(match[1], match.start(1), match.end())

    def _event(self, piece: str, start: int, end: int) -> int:
        """What follows from a sign: the offset to go on from, or -1 at the end of the line."""
        if not piece:
            return self._broken_off(start) if self.stack else self._finish(start, start)
        if piece in "\"'":
            return self._string(start)
        if piece in "([{":
            self.stack.append((piece, start))
        elif piece in ")]}":
            self._close(_PARTNER[piece])
        elif piece in ("\n", "\r\n", "\r"):
            return self._newline(start, end)
        return end

    def _close(self, partner: str) -> None:
        if all(sign != partner for sign, _ in self.stack):
            self.line.damaged = True
            return
        while self.stack.pop()[0] != partner:
            self.line.damaged = True

    def _string(self, quote: int) -> int:
        end = string_end(self.text, quote)
        if is_triple(self.text, quote):
            return self._triple(quote, end)
        if end >= 0:
            return end
        self.line.damaged = True
        match = _REST.match(self.text, quote)
        return match.end() if match else -1

    def _triple(self, quote: int, end: int) -> int:
        closed = end >= 0
        end = end if closed else len(self.text)
        code = swallowed_from(self.text, quote, end, self.line.indent, closed=closed)
        self.line.doubtful |= code >= 0
        if closed and (code < 0 or self.trusting):
            return end
        self.line.damaged = True
        following = len(self.text) if code < 0 or self.trusting else code
        return self._cut_off(following)

    def _newline(self, start: int, end: int) -> int:
        if not self.stack:
            return self._finish(start, end)
        limit = self.known.get(self.stack[0][1])
        if limit is not None and self._resumes(end):
            self.line.damaged = True
            return self._cut_off(end)
        if STATEMENT.match(self.text, after_blanks(self.text, end)):
            return self._broken_off(end)
        self.starts.append(end)
        return end

    def _finish(self, end: int, following: int) -> int:
        self.line.end, self.line.next = end, following
        return -1

    def _broken_off(self, limit: int) -> int:
        """The brackets that are open at `limit` are never closed: the line ends where a statement may begin."""
        self.known.update((offset, limit) for _, offset in self.stack)
        self.line.damaged = True
        start = next((start for start in self.starts if self._resumes(start)), None)
        following = self._decorated(limit) if start is None else start
        if self.starts and _OPEN_HEADER.match(self.text, self.line.start, self.starts[0]):
            following = self.starts[0]
        return self._cut_off(following)

    def _cut_off(self, following: int) -> int:
        """Ends the line above the blank lines and comments before `following`."""
        start = trivia_start(self.text, self.line.start, following)
        return self._finish(before_ending(self.text, start), start)

    def _resumes(self, start: int) -> bool:
        """Whether the line that begins at `start`, within an open bracket, may be a statement."""
        code = after_blanks(self.text, start)
        if self.text[code : code + 1] in ("#", "\r", "\n", ")", "]", "}", ""):
            return False
        return indent_width(self.text, start, code) <= self.line.indent

    def _decorated(self, limit: int) -> int:
        """The first of the decorators above the definition at `limit`, or `limit`."""
        for start in reversed(self.starts):
            code = after_blanks(self.text, start)
            if self.text.startswith("@", code):
                limit = start
            elif self.text[code : code + 1] not in ("#", "\r", "\n", ""):
                break
        return limit
