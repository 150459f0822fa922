r"""Where a string literal ends, whatever Python it is written for.

Strings with `{}` fields may hold the very quote that delimits them, and line endings within a field, since Python 3.12
(PEP 701); whatever was valid before means the same under that rule. A field that does not close is no reason to
swallow what follows: then the string ends where it would have ended before 3.12.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# Keywords that begin a statement and that no bracket and no field can hold.
STATEMENT = re.compile(
    r"(?:async[ \t]+def|def|class|import|return|raise|with|while|try|pass|del|assert|global|nonlocal|break|continue"
    r"|elif|except|finally)\b(?![ \t]*[=,.)])"
)
_BLANKS = re.compile(r"[ \t\f]*")
_PREFIX = re.compile(r"(?<!\w)(?:[fFtT][rR]?|[rR][fFtT])\Z")
_TRIPLE = {
    '"': re.compile(r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""', re.S),
    "'": re.compile(r"'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''", re.S),
}
_SINGLE = {
    '"': re.compile(r'"[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"', re.S),
    "'": re.compile(r"'[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'", re.S),
}
_LITERAL = re.compile(r"""[^\\{}"'\r\n]+|\\(?:N\{[^{}"'\r\n]*\}|\r\n|[^{}]|(?=[{}]))|\{\{|\}\}|["'{}\r\n]""", re.S)
_FIELD = re.compile(r"""[^"'#()\[\]{}:!\r\n\\]+|!=|#[^\r\n]*|\r\n|\\(?:\r\n|.)|.""", re.S)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_MAX_DEPTH = 100


class Mark(NamedTuple):
    """A `{`, `!`, `:` or `}` of a field of the outermost string, and how deep in specifications it lies, from 0."""

    sign: str
    offset: int
    depth: int


def has_fields(text: str, quote: int) -> bool:
    """Whether the string whose first quote is at this offset has a prefix that makes `{}` special."""
    return _PREFIX.search(text, max(quote - 3, 0), quote) is not None


def after_blanks(text: str, offset: int) -> int:
    """The offset of the first character from `offset` on that is no blank."""
    match = _BLANKS.match(text, offset)
    return match.end() if match else offset


def is_triple(text: str, quote: int) -> bool:
    """Whether the string whose first quote is at this offset has three of them."""
    return text.startswith(text[quote] * 3, quote)


def string_end(text: str, quote: int) -> int:
    """The offset after the string whose first quote is at `quote`, forgiving broken fields; -1 if it is not closed."""
    end = exact_end(text, quote)
    return end if end >= 0 else _plain_end(text, quote)


def exact_end(text: str, quote: int) -> int:
    """The offset after the string whose first quote is at `quote`; -1 if it, or one of its fields, is not closed."""
    if has_fields(text, quote):
        return _Fields(text, quote).end()
    return _plain_end(text, quote)


def field_marks(text: str, quote: int) -> list[Mark] | None:
    """The signs that delimit the fields of a string with fields; None if one of them is not closed."""
    fields = _Fields(text, quote)
    return fields.marks if fields.end() >= 0 else None


def _plain_end(text: str, quote: int) -> int:
    patterns = _TRIPLE if is_triple(text, quote) else _SINGLE
    match = patterns[text[quote]].match(text, quote)
    return match.end() if match else -1


def _delimiter(text: str, quote: int) -> str:
    return text[quote] * 3 if is_triple(text, quote) else text[quote]


class _Fields:
    """Reads a string with fields by the rules of Python 3.12.

    The stack holds the delimiter of each string, `{` for a field, `:` for the specification within it and the closing
    sign of each bracket in an expression: no recursion, so nothing is too deep. `inner` counts the strings and brackets
    among them, the outermost string left out.
    """

    def __init__(self, text: str, quote: int) -> None:
        self.text = text
        self.start = quote
        self.stack: list[str] = []
        self.inner = -1
        self.marks: list[Mark] = []

    def end(self) -> int:
        """The offset after the string, or -1."""
        position = self._open(self.start)
        while self.stack and position >= 0:
            if len(self.stack) > _MAX_DEPTH:
                return -1
            in_expression = self.stack[-1] in ("{", ")", "]", "}")
            match = (_FIELD if in_expression else _LITERAL).match(self.text, position)
            if match is None:
                return -1
            position = self._expression(match) if in_expression else self._literal(match)
        return position

    def _open(self, quote: int) -> int:
        self.stack.append(_delimiter(self.text, quote))
        self.inner += 1
        return quote + len(self.stack[-1])

    def _mark(self, sign: str, offset: int) -> None:
        if self.inner == 0:
            self.marks.append(Mark(sign, offset, (len(self.stack) - 2) // 2))

    def _literal(self, match: re.Match[str]) -> int:
        """A step in the text of a string or of a specification."""
        piece, start, top = match[0], match.start(), self.stack[-1]
        delimiter = top if top != ":" else next(entry for entry in reversed(self.stack) if entry[0] in "\"'")
        if piece == "{" or (piece == "{{" and top == ":"):
            self.stack.append("{")
            self._mark("{", start)
            return start + 1
        if piece in ("}", "}}") and top == ":":
            self.stack.pop()
            return self._close(start)
        if piece == "}":
            return -1
        if piece in "\"'" and self.text.startswith(delimiter, start):
            self.inner -= 1
            return -1 if self.stack.pop() == ":" else start + len(delimiter)
        return -1 if piece in "\r\n" and len(delimiter) == 1 else match.end()

    def _close(self, start: int) -> int:
        self._mark("}", start)
        self.stack.pop()
        return start + 1

    def _expression(self, match: re.Match[str]) -> int:
        """A step in the expression of a field."""
        piece, start, top = match[0], match.start(), self.stack[-1]
        if piece in "\"'":
            return self._open(start) if has_fields(self.text, start) else _plain_end(self.text, start)
        if piece in _CLOSING:
            self.stack.append(_CLOSING[piece])
            self.inner += 1
        elif piece in (")", "]", "}"):
            if piece == "}" and top == "{":
                return self._close(start)
            self.inner -= 1
            if self.stack.pop() != piece:
                return -1
        elif piece in (":", "!") and top == "{":
            self._mark(piece, start)
            self.stack += [":"] if piece == ":" else []
        elif piece in ("\n", "\r", "\r\n") and STATEMENT.match(self.text, after_blanks(self.text, match.end())):
            return -1
        return match.end()
