r"""Where a string literal ends, whatever Python it is written for.

Strings with `{}` fields may hold the very quote that delimits them, and line endings within a field, since Python 3.12
(PEP 701); whatever was valid before means the same under that rule. A field that does not close is no reason to
swallow what follows: then the string ends where it would have ended before 3.12.
"""

from __future__ import annotations

import re

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
_FIELD = re.compile(r"""[^"'#()\[\]{}:!\r\n\\]+|!=|#[^\r\n]*|\\(?:\r\n|.)|.""", re.S)
_MAX_DEPTH = 100


def has_fields(text: str, quote: int) -> bool:
    """Whether the string whose first quote is at this offset has a prefix that makes `{}` special."""
    return _PREFIX.search(text, max(quote - 3, 0), quote) is not None


def string_end(text: str, quote: int) -> int:
    """The offset after the string whose first quote is at `quote`; -1 if it is not closed."""
    mark = text[quote]
    if has_fields(text, quote):
        end = _fields_end(text, quote)
        if end >= 0:
            return end
    pattern = _TRIPLE if text.startswith(mark * 3, quote) else _SINGLE
    match = pattern[mark].match(text, quote)
    return match.end() if match else -1


def is_triple(text: str, quote: int) -> bool:
    """Whether the string whose first quote is at this offset has three of them."""
    return text.startswith(text[quote] * 3, quote)


def _fields_end(text: str, quote: int) -> int:
    """The end by the rules of Python 3.12, or -1; a stack of strings and fields, no recursion."""
    stack: list[str] = [_delimiter(text, quote)]
    position = quote + len(stack[0])
    while stack and len(stack) < _MAX_DEPTH:
        step = _in_literal if stack[-1][0] in "\"'" or stack[-1] == ":" else _in_field
        position = step(text, position, stack)
        if position < 0:
            return -1
    return position if not stack else -1


def _delimiter(text: str, quote: int) -> str:
    return text[quote] * 3 if is_triple(text, quote) else text[quote]


def _in_literal(text: str, position: int, stack: list[str]) -> int:
    match = _LITERAL.match(text, position)
    if match is None:
        return -1
    piece, top = match[0], stack[-1]
    if piece == "{" or (piece == "{{" and top == ":"):
        stack.append("{")
        return position + 1
    if piece in ("}", "}}") and top == ":":
        stack.pop()
        stack.pop()
        return position + 1
    delimiter = top if top != ":" else _outer(stack)
    if piece in "\"'" and text.startswith(delimiter, position):
        if top == ":":
            return -1
        stack.pop()
        return position + len(delimiter)
    if piece in "\r\n" and len(delimiter) == 1:
        return -1
    return match.end()


def _outer(stack: list[str]) -> str:
    return next(entry for entry in reversed(stack) if entry[0] in "\"'")


def _in_field(text: str, position: int, stack: list[str]) -> int:
    match = _FIELD.match(text, position)
    if match is None:
        return -1
    piece, top = match[0], stack[-1]
    if piece in "\"'":
        return _string_in_field(text, position, stack)
    if piece in "([" or piece == "{":
        stack.append({"(": ")", "[": "]", "{": "}"}[piece])
    elif piece in ")]" or piece == "}":
        if piece != ("}" if top == "{" else top):
            return -1
        stack.pop()
    elif piece == ":" and top == "{":
        stack.append(":")
    return match.end()


def _string_in_field(text: str, position: int, stack: list[str]) -> int:
    if has_fields(text, position):
        stack.append(_delimiter(text, position))
        return position + len(stack[-1])
    return string_end(text, position)
