"""Tells a triple-quoted string from code that an unclosed triple quote swallowed.

The closing quotes of such a string are in truth the opening ones of the next, so what stands around them gives it away:
above them a header or an open bracket, before them `x =` or `(`, behind them prose. All of this is only asked of text
that is known to be broken; no string of a valid program is ever doubted.
"""

from __future__ import annotations

import re
from keyword import iskeyword

_DEFINITION = re.compile(
    r"[\r\n](?P<indent>[ \t]*)(?:(?:async[ \t]+)?def[ \t]+\w+[ \t]*[(\[]|class[ \t]+\w+[ \t]*[(:\[])"
    r"|[\r\n](?:from[ \t]+[\w.]+[ \t]+import\b|import[ \t]+\w)"
)
_LINE = re.compile(r"(?:\r\n|[\r\n])([^\r\n]*)\Z")
_OPENS = re.compile(r"(?:[=(\[{,+%]|\b(?:return|yield|in|and|or|not|assert|else|lambda:?))[ \t]*[a-zA-Z]{0,2}\Z")
_AFTER = re.compile(r"[ \t]*([^\W\d]\w*)")
_MAX_DECORATOR_LINES = 40


def may_swallow(text: str, start: int, end: int) -> bool:
    """Whether a definition or an import begins a line between the two offsets."""
    return _DEFINITION.search(text, start, end) is not None


def swallowed_from(text: str, start: int, end: int, indent: int, *, closed: bool) -> int:
    """Where a string that lies between two offsets, in a statement indented by `indent`, swallowed a definition.

    The offset of the first line of that definition, decorators among it; -1 if the string is what it seems.
    """
    if closed and not _seems_open(text, start, end):
        return -1
    for match in _DEFINITION.finditer(text, start, end):
        width = len((match["indent"] or "").expandtabs(8))
        if width <= indent:
            return _first_decorator(text, start, match.start() + 1, width)
    return -1


def _seems_open(text: str, start: int, end: int) -> bool:
    """Whether the quotes before `end` look like opening ones."""
    after = _AFTER.match(text, end)
    if after is not None and not iskeyword(after[1]):
        return True
    before = text[start : end - 3]
    last = _LINE.search(before)
    if last is None:
        return False
    if last[1].strip(" \t\frRbBuUfF"):
        return _OPENS.search(last[1]) is not None
    return before[: last.start()].rstrip().endswith((":", "(", "[", "{", "=", ","))


def _first_decorator(text: str, floor: int, line: int, width: int) -> int:
    """The start of the first decorator above the definition at `line`, or `line`."""
    first = start = line
    for _ in range(_MAX_DECORATOR_LINES):
        above = max(text.rfind("\n", floor, start - 1), text.rfind("\r", floor, start - 1)) + 1
        if above == 0:
            break
        content = text[above:start].expandtabs(8)
        stripped = content.strip()
        deeper = len(content) - len(content.lstrip()) > width
        if stripped.startswith("@") and not deeper:
            first = above
        elif not deeper and stripped[:1] not in ("#", ")", "]", "}"):
            break
        start = above
    return first
