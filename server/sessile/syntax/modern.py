"""Rewrites newer syntax so that the parser of Python 3.10 takes it, without moving anything.

Only tried on what the host's parser refuses. Every replacement has the same length in UTF-8 bytes; what it stands for
is kept under its position, and `restore` puts it back into the tree. Known here: `except*` (PEP 654), stars in
subscripts and annotations (646), `type` statements and type parameters (695, 696), strings with any expression in
their fields (701), t-strings (750), `except A, B:` (758) and `lazy import` (810).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from keyword import iskeyword
from typing import TYPE_CHECKING, Literal, NamedTuple

from sessile.syntax.fields import blank, rewritten_group
from sessile.syntax.gates import is_known, may_be_rewritten
from sessile.syntax.lines import logical_lines
from sessile.syntax.tokens import tokens
from sessile.text import LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sessile.syntax.fields import Group
    from sessile.syntax.tokens import Token
    from sessile.text import Position

_PASSES = 20

Role = Literal["alias", "lazy", "group", "tuple", "star", "parameters"]
Place = tuple[int, int]


@dataclass(slots=True)
class Rewritten:
    """A text and what was changed in it, by line and column: what plays which role (with a count), and displays."""

    text: str
    roles: dict[Role, dict[Place, int]] = field(default_factory=dict)
    displays: dict[Place, Group] = field(default_factory=dict)

    def places(self, role: Role) -> dict[Place, int]:
        """Where the role is played."""
        return self.roles.get(role, {})


class _Change(NamedTuple):
    start: int
    end: int
    text: str


def rewrite(text: str, *, strings: bool = False) -> Rewritten | None:
    """The text in older syntax; None if there is nothing to rewrite. `strings`: every f-string is."""
    if not may_be_rewritten(text, strings=strings):
        return None
    result = Rewritten(text)
    index = LineIndex(text)
    pieces: list[str] = []
    done = 0
    for line in logical_lines(text):
        if not line.damaged and may_be_rewritten(text, line.start, line.end, strings=strings):
            new = _Line(result, index.position(line.start), text[line.start : line.end], strings).rewritten()
            pieces += (text[done : line.start], new)
            done = line.end
    result.text = "".join([*pieces, text[done:]])
    return result if result.roles or result.displays else None


class _Line:
    """One logical line on its way to older syntax."""

    def __init__(self, result: Rewritten, start: Position, text: str, strings: bool) -> None:
        self.result = result
        self.strings = strings
        self.start = start
        self.text = text
        self.index = LineIndex(text)
        self.tokens: list[Token] = []

    def rewritten(self) -> str:
        """The line without newer syntax; strings in fields of strings take one pass each."""
        for _ in range(_PASSES):
            self.index = LineIndex(self.text)
            self.tokens = [token for token in tokens(self.text) if token.kind not in ("comment", "newline")]
            changes = sorted(self._changes())
            if not changes:
                break
            self.text = _applied(self.text, changes)
        return self.text

    def _changes(self) -> Iterator[_Change]:
        yield from self._handler()
        yield from self._stars()
        yield from self._strings()
        for number, token in enumerate(self.tokens[:-2]):
            if token.text in ("def", "class") and self.tokens[number + 2].text == "[":
                yield from self._parameters(number + 2)
            elif token.text in ("type", "lazy") and (not number or self.tokens[number - 1].text in (";", ":")):
                yield from self._soft(number)

    def _at(self, offset: int) -> Place:
        place = self.index.position(offset)
        column = place.column if place.line > 1 else place.column + self.start.column
        return place.line + self.start.line - 1, column

    def _note(self, role: Role, token: Token, count: int = 1) -> None:
        self.result.roles.setdefault(role, {})[self._at(token.start)] = count

    def _handler(self) -> Iterator[_Change]:
        """`except*` and `except A, B:`."""
        if not self.tokens or self.tokens[0].text != "except" or len(self.tokens) < 3:
            return
        handler, star = self.tokens[:2]
        if star.text == "*":
            self._note("group", handler)
            yield _Change(star.start, star.end, " ")
        outer = [token for token, depth in _with_depth(self.tokens) if depth == 0]
        colon = next((number for number, token in enumerate(outer) if token.text == ":"), 0)
        commas = [number for number in range(colon) if outer[number].text == ","]
        if not commas or any(token.text == "as" for token in outer[:colon]):
            return
        trailing = commas[-1] == colon - 1
        self._note("tuple", handler, len(commas) - trailing)
        for number in commas:
            sign = " " if trailing and number == commas[-1] else "|"
            yield _Change(outer[number].start, outer[number].end, sign)

    def _parameters(self, bracket: int) -> Iterator[_Change]:
        """`def f[T](x)` as `def f(   x)`, `class C[T]:` as `class C( ):`."""
        close = _partner(self.tokens, bracket)
        if close is None or close + 1 >= len(self.tokens):
            return
        self._note("parameters", self.tokens[bracket])
        following = self.tokens[close + 1]
        start, end = self.tokens[bracket].start, self.tokens[close].end
        if following.text == "(":
            yield _Change(start, following.end, "(" + blank(self.text[start + 1 : following.end]))
        else:
            yield _Change(start, end, "(" + blank(self.text[start + 1 : end - 1]) + ")")

    def _soft(self, number: int) -> Iterator[_Change]:
        """`type X = Y` as `type;X = Y`, `type X[T] = Y` as `0   ;(X  ) = Y`, `lazy import x` as `lazy;import x`."""
        word, name, after = self.tokens[number : number + 3]
        gap = self.text[word.end : name.start]
        if gap[:1] not in (" ", "\t") or (after.text == "[" and gap.strip(" \t")):
            return
        if word.text == "lazy":
            if name.text in ("import", "from"):
                self._note("lazy", word)
                yield _Change(word.end, word.end + 1, ";")
        elif name.kind == "name" and not iskeyword(name.text) and after.text in ("=", "["):
            close = _partner(self.tokens, number + 2) if after.text == "[" else None
            if after.text == "=":
                yield _Change(word.end, word.end + 1, ";")
            elif close is not None and self.tokens[close + 1 : close + 2] and self.tokens[close + 1].text == "=":
                yield _Change(word.start, name.start, "0;" + " " * (name.start - word.start - 3) + "(")
                end = self.tokens[close].end
                yield _Change(after.start, end, blank(self.text[after.start : end - 1]) + ")")
            else:
                return
            self._note("alias", word)

    def _stars(self) -> Iterator[_Change]:
        """`a[*b]` and `*args: *Ts`."""
        subscripts: list[bool] = []
        for before, token, operand in zip(self.tokens, self.tokens[1:], self.tokens[2:], strict=False):
            if before.text in ("(", "[", "{"):
                subscripts.append(before.text == "[" and self._subscripts(before))
            elif before.text in (")", "]", "}") and subscripts:
                subscripts.pop()
            if token.text == "*" and subscripts and (before.text == ":" or (subscripts[-1] and before.text in "[,")):
                self._note("star", operand, len(blank(self.text[token.start : operand.start])))
                yield _Change(token.start, token.end, " ")

    def _subscripts(self, bracket: Token) -> bool:
        """Whether this bracket follows what it can subscript."""
        number = self.tokens.index(bracket)
        before = self.tokens[number - 1] if number else None
        if before is None or before.kind == "operator":
            return before is not None and before.text in (")", "]", "}")
        return not iskeyword(before.text) and not (number == 1 and before.text in ("match", "case"))

    def _strings(self) -> Iterator[_Change]:
        """Strings with fields, with those beside them."""
        group: list[Token] = []
        for token in [*self.tokens, None]:
            if token is not None and token.kind == "string":
                group.append(token)
            elif group:
                yield from self._group(group)
                group = []

    def _group(self, group: Sequence[Token]) -> Iterator[_Change]:
        fields = [token for token in group if set(token.text[: token.quote - token.start].lower()) & {"f", "t"}]
        if not fields or not (self.strings or any(not is_known(self.text, token.quote) for token in fields)):
            return
        found = rewritten_group(self.text, group, self._at)
        if found is not None:
            display, parts = found
            self.result.displays[self._at(group[0].start)] = parts
            yield _Change(group[0].start, group[-1].end, display)


def _applied(text: str, changes: Sequence[_Change]) -> str:
    """The text after the changes; of those that overlap only the first counts."""
    pieces: list[str] = []
    done = 0
    for change in changes:
        if change.start >= done:
            pieces += (text[done : change.start], change.text)
            done = change.end
    return "".join([*pieces, text[done:]])


def _with_depth(line: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    depth = 0
    for token in line:
        depth -= token.text in (")", "]", "}")
        yield token, depth
        depth += token.text in ("(", "[", "{")


def _partner(line: Sequence[Token], bracket: int) -> int | None:
    """The index of the bracket that closes the one at this index."""
    depth = 0
    for number in range(bracket, len(line)):
        depth += line[number].text in ("(", "[", "{")
        depth -= line[number].text in (")", "]", "}")
        if depth == 0:
            return number
    return None
