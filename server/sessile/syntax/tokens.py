"""The tokens of a piece of text, by our own lexer: newer syntax and broken text are no obstacle."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from sessile.syntax.strings import string_end

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["name", "number", "string", "comment", "newline", "operator"]

_TOKEN = re.compile(
    r"""(?P<string>(?:[rR][bBfFtT]?|[bBfFtT][rR]?|[uU])?["'])
    |(?P<name>[^\W\d]\w*)
    |(?P<number>\.?\d(?:[\w.]|(?<=[eE])[+-])*)
    |(?P<comment>\#[^\r\n]*)
    |(?P<newline>\r\n|[\r\n])
    |(?P<operator>\*\*=|//=|>>=|<<=|\.\.\.|[!=<>:+\-*/%&|^@]=|->|\*\*|//|<<|>>|.)""",
    re.VERBOSE | re.DOTALL,
)
_SKIP = re.compile(r"(?:[ \t\f]|\\(?:\r\n|[\r\n]))*")


class Token(NamedTuple):
    """A token and its offsets; a string that is not closed ends after its quotes."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def quote(self) -> int:
        """The offset of the first quote of a string."""
        return self.start + len(self.text) - len(self.text.lstrip("rRbBfFtTuU"))


def tokens(text: str, start: int = 0, stop: int | None = None) -> Iterator[Token]:
    """The tokens between two offsets, blanks and joined line endings left out."""
    stop = len(text) if stop is None else stop
    position = start
    while True:
        blanks = _SKIP.match(text, position)
        position = blanks.end() if blanks else position
        match = _TOKEN.match(text, position)
        if match is None or position >= stop:
            return
        end = match.end()
        if match.lastgroup == "string":
            end = max(end, string_end(text, end - 1))
        yield Token(cast("Kind", match.lastgroup), text[position:end], position, end)
        position = end
