"""Where in a TOML file the cursor is: which keys lead there, and what is written there.

Reads the text up to the cursor only, and bears with what is half typed; whether the file is TOML is for others to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\r\n]*)|(?P<string>\"{3}.*?(?:\"{3}|\Z)|'{3}.*?(?:'{3}|\Z)|"(?:\\.|[^"\\\r\n])*"?|'[^'\r\n]*'?)
    |(?P<word>[^\s"'\[\]{}=,.\#]+)|(?P<end>[\r\n]+)|(?P<sign>[\[\]{}=,.])|(?P<blank>[^\S\r\n]+)""",
    re.VERBOSE | re.DOTALL,
)


class Role(Enum):
    """What can stand at a place: the name of a table, a key, or a value."""

    HEADER = "header"
    KEY = "key"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Place:
    """`keys` lead to what stands here, a key at the cursor itself included; `inside` says whether it is in a list.

    `start` and `end` are the offsets of the word at the cursor without its quotes, equal where there is none; `quoted`
    says whether it has any.
    """

    role: Role
    keys: tuple[str, ...]
    inside: bool
    start: int
    end: int
    quoted: bool


@dataclass(slots=True)
class _Frame:
    """A table, list or inline table around the cursor: the keys that lead to it, and the key that is being read."""

    sign: str
    keys: tuple[str, ...]
    role: Role
    pending: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reader:
    frames: list[_Frame] = field(default_factory=lambda: [_Frame("", (), Role.KEY)])

    def read(self, kind: str, text: str) -> None:
        """Go on behind one token."""
        top = self.frames[-1]
        if kind in ("word", "string") and top.role is not Role.VALUE:
            top.pending = (*top.pending, text.strip("\"'"))
        elif kind == "end" and len(self.frames) == 1:
            top.pending, top.role = (), Role.KEY
        elif kind == "sign":
            self._sign(text, top)

    def _sign(self, sign: str, top: _Frame) -> None:
        keys = (*top.keys, *top.pending)
        if sign == "=":
            top.role = Role.VALUE
        elif sign == "[" and len(self.frames) == 1 and top.role is not Role.VALUE:
            top.keys, top.pending, top.role = (), (), Role.HEADER
        elif sign == "]" and top.role is Role.HEADER:
            top.keys, top.pending, top.role = keys, (), Role.VALUE
        elif sign == "[" and top.role is Role.VALUE:
            self.frames.append(_Frame("[", keys, Role.VALUE))
        elif sign == "{" and top.role is Role.VALUE:
            self.frames.append(_Frame("{", keys, Role.KEY))
        elif sign in "]}" and len(self.frames) > 1:
            self.frames.pop()
        elif sign == "," and top.sign == "{":
            top.pending, top.role = (), Role.KEY


def place_at(text: str, offset: int) -> Place | None:
    """What stands at an offset; None in a comment, and where nothing can stand."""
    reader = _Reader()
    position = 0
    while True:
        token = _TOKEN.match(text, position)
        kind = str(token.lastgroup) if token else ""
        if token is None or token.end() > offset or (token.end() == offset and kind in ("word", "string", "comment")):
            break
        reader.read(kind, token[0])
        position = token.end()
    if kind == "comment" and token and token.start() < offset:
        return None
    at_word = token is not None and kind in ("word", "string") and token.start() <= offset
    start, end = (token.start(), token.end()) if token and at_word else (offset, offset)
    quoted = text[start : start + 1] in ('"', "'") and end > start
    word = text[start:end]
    top = reader.frames[-1]
    own = (word.strip("\"'"),) if top.role is not Role.VALUE and word else ()
    if quoted:
        start, end = start + 1, end - (len(word) > 1 and word[-1] == word[0])
    return Place(top.role, (*top.keys, *top.pending, *own), top.sign == "[", start, end, quoted)
