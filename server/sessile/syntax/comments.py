"""The comments of a block."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sessile.syntax.strings import string_end

if TYPE_CHECKING:
    from collections.abc import Iterator

_EVENT = re.compile(r"""[^"'#\\]*(["']|#[^\r\n]*|\\.?|\Z)""", re.S)


class Comment(NamedTuple):
    """A comment from its `#` to the end of its line; `offset` counts code points from the start of the text."""

    offset: int
    text: str


def comments(text: str) -> Iterator[Comment]:
    """The comments of a text, in order; what looks like one in a string is none."""
    position = 0
    while position < len(text):
        match = _EVENT.match(text, position)
        assert match is not None
        start, position = match.span(1)
        if match[1].startswith("#"):
            yield Comment(start, match[1])
        elif match[1] in ("'", '"'):
            position = max(string_end(text, start), position)
