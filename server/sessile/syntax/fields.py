"""Rewrites strings with fields (f-strings, t-strings) as list displays of the same length, and back in the tree.

`f"a{x!r:>{w}}"` becomes `[   x   ,w ,]`: every parser since Python 3.10 then sees the expressions at their true places,
whatever quotes and line endings they hold (PEP 701). In the tree the display becomes a `JoinedStr` again.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.syntax.strings import field_marks, is_triple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sessile.syntax.strings import Mark
    from sessile.syntax.tokens import Token

_ESCAPED = re.compile(r"\\(?:\r\n|.)|\r\n|[\"'\r\n]", re.S)


@dataclass(slots=True)
class Field:
    """One `{}`: where its expression is, as lines and columns; `debug` is the text that `{x=}` repeats."""

    places: tuple[tuple[int, int], ...] = ()
    is_tuple: bool = False
    debug: str = ""
    conversion: int = -1
    spec: list[str | Field] | None = None


@dataclass(slots=True)
class Group:
    """Adjacent strings, which are one expression: its parts in order, and whether they make a template."""

    parts: list[str | Field] = field(default_factory=list)
    template: bool = False


def blank(text: str) -> str:
    """As many blanks as the text has UTF-8 bytes; its line endings stay."""
    return "".join(
        character if character in "\r\n" else " " * len(character.encode("utf-8", "surrogatepass"))
        for character in text
    )


def rewritten_group(
    text: str, strings: Sequence[Token], position: Callable[[int], tuple[int, int]]
) -> tuple[str, Group] | None:
    """The display for these adjacent strings, and what it stands for; None if something in them is wrong.

    `position` tells where an offset into `text` is in the file.
    """
    group = Group()
    pieces: list[str] = []
    done = strings[0].start
    for token in strings:
        prefix = token.text[: token.quote - token.start].lower()
        marks = field_marks(text, token.quote) if "f" in prefix or "t" in prefix else []
        if marks is None or "b" in prefix:
            return None
        group.template |= "t" in prefix
        pieces += (text[done : token.start], _display(text, token, marks))
        try:
            group.parts += _parts(text, token, marks, position)
        except (SyntaxError, ValueError):
            return None
        done = token.end
    inner = "".join(pieces)
    return f"[{inner[1:-1]}]", group


def _display(text: str, token: Token, marks: Sequence[Mark]) -> str:
    """The string with blanks for all but the expressions and a comma behind each."""
    pieces: list[str] = []
    done = token.start
    for index, mark in enumerate(marks):
        if mark.sign == "{":
            stop = _expression_end(text, marks, index)
            pieces += (blank(text[done : mark.offset]), "," if mark.depth else " ", text[mark.offset + 1 : stop])
            done = stop
        elif mark.sign == "}":
            comma = not mark.depth and not "".join(pieces).rstrip().endswith(",")
            pieces += (blank(text[done : mark.offset]), "," if comma else " ")
            done = mark.offset + 1
    return "".join([*pieces, blank(text[done : token.end])])


def _expression_end(text: str, marks: Sequence[Mark], index: int) -> int:
    """Where the expression of the field that `marks[index]` opens ends; the `=` of `{x=}` is not part of it."""
    stop = marks[index + 1].offset
    before = text[marks[index].offset + 1 : stop].rstrip()
    return stop if not before.endswith("=") else marks[index].offset + len(before)


def _parts(
    text: str, token: Token, marks: Sequence[Mark], position: Callable[[int], tuple[int, int]]
) -> list[str | Field]:
    """The literal texts and fields of one string."""
    raw = "r" in token.text[: token.quote - token.start].lower()
    width = 3 if is_triple(text, token.quote) else 1
    open_fields, done = [Field(spec=[])], token.quote + width
    for index, mark in enumerate(marks):
        inner = open_fields[-1]
        if mark.sign == "{":
            _say(inner, text[done : mark.offset], raw=raw)
            open_fields.append(_opened(text, marks, index, position))
        elif mark.sign == ":":
            inner.spec = []
            done = mark.offset + 1
        elif mark.sign == "!":
            inner.conversion = _conversion(text[mark.offset + 1 : marks[index + 1].offset])
        else:
            if inner.spec is not None:
                _say(inner, text[done : mark.offset], raw=raw)
            _closed(open_fields)
            done = mark.offset + 1
    _say(open_fields[0], text[done : token.end - width], raw=raw)
    return open_fields[0].spec or []


def _opened(text: str, marks: Sequence[Mark], index: int, position: Callable[[int], tuple[int, int]]) -> Field:
    start, stop = marks[index].offset, _expression_end(text, marks, index)
    debug = text[start + 1 : marks[index + 1].offset] if stop < marks[index + 1].offset else ""
    expression = text[start + 1 : stop]
    first, last = stop - len(expression.lstrip()), start + 1 + len(expression.rstrip())
    return Field((position(first), position(max(first, last))), expression.rstrip().endswith(","), debug)


def _conversion(sign: str) -> int:
    if sign.rstrip() not in ("a", "r", "s"):
        raise ValueError(sign)
    return ord(sign[0])


def _closed(open_fields: list[Field]) -> None:
    inner = open_fields.pop()
    if inner.debug and inner.conversion < 0 and inner.spec is None:
        inner.conversion = ord("r")
    outer = open_fields[-1]
    outer.spec = outer.spec if outer.spec is not None else []
    if inner.debug:
        outer.spec.append(inner.debug)
    outer.spec.append(inner)


def _say(inner: Field, source: str, *, raw: bool) -> None:
    if source and inner.spec is not None:
        inner.spec.append(literal_value(source.replace("{{", "{").replace("}}", "}"), raw=raw))


def literal_value(source: str, *, raw: bool) -> str:
    """The value of text between quotes; raises SyntaxError or ValueError where an escape in it is wrong."""
    if raw or "\\" not in source:
        return source.replace("\r\n", "\n").replace("\r", "\n")
    return str(ast.literal_eval('"' + _ESCAPED.sub(_escaped, source) + '"'))


def _escaped(match: re.Match[str]) -> str:
    piece = match[0]
    if piece.startswith("\\"):
        return piece
    return "\\n" if piece[0] in "\r\n" else "\\" + piece
