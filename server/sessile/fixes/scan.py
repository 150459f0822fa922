"""Reading the text between syntax nodes: blanks, comments, brackets and commas, which no tree holds.

Offsets count code points. Callers never ask about a region that holds a string, so there is none to be mistaken.
"""

from __future__ import annotations

import re

from sessile.rules.repair import NotRepairable

_TRIVIA = re.compile(r"(?:[ \t\f\r\n]|\\(?:\r\n|[\r\n])|#[^\r\n]*)*")
_BLANK = re.compile(r"[ \t\f]*")
_REST = re.compile(r"[^\r\n]*")
_ENDING = re.compile(r"\r\n|[\r\n]")


def skip(text: str, offset: int) -> int:
    """The offset of the next character that is neither blank nor part of a comment."""
    match = _TRIVIA.match(text, offset)
    return match.end() if match else offset


def find(text: str, offset: int, wanted: str, over: str = ")") -> int:
    """The offset of the next `wanted`, where only blanks, comments and characters of `over` stand before it."""
    offset = skip(text, offset)
    while not text.startswith(wanted, offset):
        if offset >= len(text) or text[offset] not in over:
            raise NotRepairable(f"no {wanted!r} follows")
        offset = skip(text, offset + 1)
    return offset


def after_brackets(text: str, offset: int, limit: int) -> int:
    """The offset after the closing brackets that follow before `limit`."""
    following = skip(text, offset)
    while following < limit and text[following] == ")":
        offset = following + 1
        following = skip(text, offset)
    return offset


def line_start(text: str, offset: int) -> int:
    """The offset of the first character of the line that holds `offset`."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def indentation(text: str, offset: int) -> str:
    """The blanks at the start of the line that holds `offset`."""
    match = _BLANK.match(text, line_start(text, offset))
    return match[0].replace("\f", "") if match else ""


def begins_line(text: str, offset: int) -> bool:
    """Whether only blanks stand before `offset` in its line."""
    return not text[line_start(text, offset) : offset].strip(" \t\f\ufeff")


def line_end(text: str, offset: int) -> int:
    """The offset of the end of the line, before its ending."""
    match = _REST.match(text, offset)
    return match.end() if match else offset


def next_line(text: str, offset: int) -> int:
    """The offset of the start of the next line; the end of the text if there is none."""
    end = line_end(text, offset)
    match = _ENDING.match(text, end)
    return match.end() if match else end


def newline(text: str) -> str:
    """The line ending that a text uses first."""
    match = _ENDING.search(text)
    return match[0] if match else "\n"
