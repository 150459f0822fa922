"""String literals as they are written: tokens, prefixes and the `{}` fields in them.

The tree does not tell where a field of an f-string stands (before Python 3.12 its positions are wrong), so the text is
read. What is read has to agree with the tree, or nothing is repaired.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessile.fixes import scan
from sessile.rules.repair import NotRepairable
from sessile.syntax.strings import string_end

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = re.compile(r"[A-Za-z]{0,2}(?=[\"'])")
_BRACE = re.compile(r"\{\{|\}\}|\{|\}")
_OPENING, _CLOSING = "([{", ")]}"


@dataclass(frozen=True)
class Literal:
    """One string token; offsets of the whole, and of what stands between its quotes."""

    start: int
    body: int
    body_end: int
    end: int
    prefix: str
    quote: str

    @property
    def formatted(self) -> bool:
        """Whether it is an f-string."""
        return "f" in self.prefix.lower()


@dataclass(frozen=True)
class Field:
    """A `{...}`: offsets of the whole, and the expression in it; `plain` without a format or `=`."""

    start: int
    end: int
    expression: str
    plain: bool


def literals(text: str, start: int, end: int) -> list[Literal]:
    """The tokens of one string, which may be several side by side; raises NotRepairable if there is anything else."""
    found: list[Literal] = []
    offset = scan.skip(text, start)
    while offset < end:
        found.append(literal(text, offset))
        offset = scan.skip(text, found[-1].end)
    return found


def literal(text: str, start: int) -> Literal:
    """The token at an offset."""
    match = _PREFIX.match(text, start)
    if match is None:
        raise NotRepairable("no string literal")
    quote_start = match.end()
    end = string_end(text, quote_start)
    mark = text[quote_start]
    width = 3 if text.startswith(mark * 3, quote_start) and end - quote_start >= 6 else 1
    if end < 0:
        raise NotRepairable("the string does not end")
    return Literal(start, quote_start + width, end - width, end, match[0], mark * width)


def fields(text: str, token: Literal) -> Iterator[Field]:
    """The fields of an f-string or of a template for `format`, in order."""
    offset = token.body
    while (match := _BRACE.search(text, offset, token.body_end)) is not None:
        offset = match.end()
        if match[0] == "{":
            found = _field(text, match.start(), token.body_end)
            yield found
            offset = found.end
        elif match[0] == "}":
            raise NotRepairable("a single } in a string with fields")


def _field(text: str, start: int, limit: int) -> Field:
    """The field whose `{` stands at `start`."""
    depth, offset, cut = 0, start + 1, -1
    while offset < limit:
        character = text[offset]
        if character in "\"'":
            offset = string_end(text, offset)
            if offset < 0:
                break
            continue
        if character == "}" and depth == 0:
            inner = text[start + 1 : cut if cut >= 0 else offset]
            plain = cut < 0 or text[cut:offset] in ("!r", "!s")
            return Field(start, offset + 1, inner.strip(), plain and not inner.rstrip().endswith("="))
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif depth == 0 and cut < 0 and (character == ":" or (character == "!" and text[offset + 1] != "=")):
            cut = offset
        offset += 1
    raise NotRepairable("a field that does not end")
