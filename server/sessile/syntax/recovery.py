"""Saves what can be saved of a block that does not parse.

The parts of a statement that do not parse on their own are holes: blanked, with a placeholder of no more meaning than
`pass` or `if 1:`, so that everything else keeps its place. Which parts those are depends only on the text, not on what
the host's parser says about it, so that every host loses the same.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sessile.syntax.fields import blank
from sessile.syntax.lines import line_start, logical_lines
from sessile.syntax.nodes import mean
from sessile.syntax.tokens import tokens
from sessile.syntax.units import units
from sessile.text import LineIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sessile.syntax.units import Clause, Unit

_HOLDERS = (ast.stmt, ast.excepthandler, ast.match_case)
_ENDING = re.compile(r"\r\n|[\r\n]")
_DEFINITION = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+\w+")
_BEFORE = {
    "elif": "if 1: 0\n",
    "else": "if 1: 0\n",
    "except": "try: 0\n",
    "finally": "try: 0\n",
    "case": "match 0:\n ",
}
_PLACEHOLDERS = {
    "elif": "elif 1:",
    "else": "else:",
    "try": "try:",
    "except": "except:",
    "finally": "finally:",
    "match": "match 0:",
    "case": "case _:",
}


class Patch(NamedTuple):
    """A part of the text to be replaced, and whether it is lost or only completed."""

    start: int
    end: int
    text: str
    lost: bool = True


@dataclass(frozen=True, slots=True)
class Recovered:
    """The tree of what parses, and the offsets of what is lost."""

    tree: ast.Module
    lost: tuple[tuple[int, int], ...]


def recover(text: str, hint: int, parse: Callable[[str], ast.Module | None]) -> Recovered | None:
    """The tree with holes for what is broken; None if nothing is left. `hint` is an offset near the first error.

    What is near the hint is looked at first, and everything only if that was not all.
    """
    statements = units(text, logical_lines(text))
    alone = len(statements) == 1
    for near in (hint, None):
        repair = _Repair(text, near, parse)
        patches = repair.parts(statements[0]) if alone else repair.suite(statements)
        found = _patched(text, patches, parse)
        if found is not None:
            return found
    return _patched(text, _Repair(text, None, parse).whole(statements[0], ""), parse) if alone else None


def _patched(text: str, patches: Sequence[Patch], parse: Callable[[str], ast.Module | None]) -> Recovered | None:
    tree = parse(apply(text, 0, len(text), patches)) if patches else None
    if tree is None:
        return None
    lost = tuple((patch.start, patch.end) for patch in sorted(patches) if patch.lost)
    mark_holes(tree, text, lost)
    return Recovered(tree, lost)


def apply(text: str, start: int, end: int, patches: Sequence[Patch]) -> str:
    """The part of the text with the patches in it."""
    pieces: list[str] = []
    done = start
    for patch in sorted(patches):
        pieces += (text[done : patch.start], patch.text)
        done = patch.end
    return "".join([*pieces, text[done:end]])


def hole(text: str, start: int, end: int, placeholder: str) -> Patch:
    """A patch that puts the placeholder in the first line of a part and blanks the rest."""
    lost = text[start:end]
    ending = _ENDING.search(lost)
    first = ending.start() if ending else len(lost)
    return Patch(start, end, placeholder + blank(lost[:first])[len(placeholder) :] + blank(lost[first:]))


class _Repair:
    """Finds the holes of one text, from the statements down to their parts; with a hint only those near it."""

    def __init__(self, text: str, hint: int | None, parse: Callable[[str], ast.Module | None]) -> None:
        self.text = text
        self.hint = hint
        self.parse = parse

    def suite(self, statements: Sequence[Unit], word: str = "") -> list[Patch]:
        """The patches for the statements of one suite, below a header with this word."""
        near = [unit for unit in statements if self.hint is None or unit.first.start <= self.hint < unit.last.next]
        return [patch for unit in near for patch in self.unit(unit, word)]

    def unit(self, unit: Unit, word: str) -> list[Patch]:
        """The patches that make a statement parse; one for the whole of it where no smaller ones do."""
        if not unit.misplaced:
            if self._stands(unit, [], word):
                return []
            for repair in (self, _Repair(self.text, None, self.parse)):
                patches = repair.parts(unit)
                if patches and self._stands(unit, patches, word):
                    return patches
        return self.whole(unit, word)

    def _stands(self, unit: Unit, patches: Sequence[Patch], word: str) -> bool:
        """Whether the statement parses on its own with the patches."""
        start = line_start(self.text, unit.first.start, 0)
        source = apply(self.text, start, unit.last.end, patches)
        before = "match 0:\n" if word == "match" else "if 1:\n"
        return self._parses(before + source if unit.indent else source)

    def _parses(self, source: str) -> bool:
        return self.parse(source) is not None

    def whole(self, unit: Unit, word: str) -> list[Patch]:
        """The whole statement as a hole; of a definition its name remains, of what is misplaced nothing."""
        end = unit.last.end
        if unit.misplaced:
            return [hole(self.text, unit.first.start, end, "")]
        if unit.clauses and unit.clauses[0].word in ("def", "class"):
            header = unit.clauses[0].line
            patches = [hole(self.text, line.start, line.end, "@0") for line in unit.decorators]
            return [*patches, hole(self.text, header.start, end, self._placeholder(unit.clauses[0]) + "0")]
        return [hole(self.text, unit.first.start, end, "case _:0" if word == "match" else "0")]

    def parts(self, unit: Unit) -> list[Patch]:
        """The patches for the decorators, headers and suites of a statement; none if it has only decorators."""
        patches: list[Patch] = []
        if not unit.clauses or unit.misplaced:
            return patches
        for line in unit.decorators:
            source = self.text[line.start : line.end]
            if line.damaged or not self._parses(f"{source}\ndef f(): 0"):
                patches.append(hole(self.text, line.start, line.end, "@0"))
        words = [clause.word for clause in unit.clauses]
        for clause in unit.clauses:
            lonely = clause.word == "try" and not {"except", "finally"} & set(words)
            stray = clause is unit.clauses[0] and clause.word in _BEFORE and clause.word != "case"
            patches += self._clause(clause, alone=lonely or stray)
        return patches

    def _clause(self, clause: Clause, *, alone: bool) -> list[Patch]:
        """The patches for a line and its suite; `alone`: it has no partner and becomes an `if`."""
        line = clause.line
        patches: list[Patch] = []
        if alone or not self._header_stands(clause):
            if not clause.suite and not clause.is_header:
                return [hole(self.text, line.start, line.end, "0")]
            sign = "if 1:" if alone else self._placeholder(clause)
            patches.append(hole(self.text, line.start, line.end, sign if clause.suite else sign + "0"))
        elif clause.is_header and not clause.suite and not self._complete(clause):
            patches.append(self._body(clause))
        elif clause.suite and not clause.is_header:
            return [hole(self.text, unit.first.start, unit.last.end, "") for unit in clause.suite]
        return patches + self.suite(clause.suite, clause.word)

    def _header_stands(self, clause: Clause) -> bool:
        """Whether the line parses, with a body if it can have one."""
        if clause.line.damaged:
            return False
        if not clause.is_header:
            return self._parses(self._source(clause))
        return self._parses(f"{self._source(clause)}\n  0") or (not clause.suite and self._complete(clause))

    def _complete(self, clause: Clause) -> bool:
        return self._parses(self._source(clause))

    def _source(self, clause: Clause) -> str:
        return _BEFORE.get(clause.word, "") + self.text[clause.line.start : clause.line.end]

    def _placeholder(self, clause: Clause) -> str:
        """A header that stands for one that does not parse; a definition keeps its name."""
        match = _DEFINITION.match(self.text, clause.line.start, clause.line.end)
        if match:
            return match[0] + ("()" if "def" in match[0].split()[:2] else "") + ":"
        return _PLACEHOLDERS.get(clause.word, "def _():" if clause.word == "def" else "if 1:")

    def _body(self, clause: Clause) -> Patch:
        """A body for a header that has none."""
        line = clause.line
        found = [token for token in tokens(self.text, line.start, line.end) if token.kind not in ("comment", "newline")]
        end = found[-1].end
        return Patch(end, line.end, "0" + blank(self.text[end : line.end])[1:], lost=False)


def mark_holes(tree: ast.Module, text: str, lost: Sequence[tuple[int, int]]) -> None:
    """Turns the placeholders in the tree into `pass` where they are statements, and says of each that it is a hole."""
    index = LineIndex(text)
    places = {(place.line, place.column): end for start, end in lost for place in (index.position(start),)}
    lines = sorted(line for line, _ in places)
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        decorators = getattr(node, "decorator_list", None)
        if decorators:
            decorators[:] = [item for item in decorators if (item.lineno, item.col_offset - 1) not in places]
        for _, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], _HOLDERS):
                value[:] = [_marked(item, index, places) for item in value]
                pending += (item for item in value if _touches(item, lines))


def _touches(node: ast.AST, lines: Sequence[int]) -> bool:
    """Whether one of the lines is among those of the node; its decorators may be above it."""
    decorators = getattr(node, "decorator_list", None)
    first = decorators[0].lineno if decorators else getattr(node, "lineno", 0)
    number = bisect_left(lines, first)
    return number < len(lines) and lines[number] <= getattr(node, "end_lineno", lines[number])


def _marked(item: ast.AST, index: LineIndex, places: Mapping[tuple[int, int], int]) -> ast.AST:
    place = getattr(item, "lineno", 0), getattr(item, "col_offset", 0)
    if place not in places or not isinstance(item, ast.stmt):
        return item
    new: ast.stmt = item
    if isinstance(item, ast.Expr):
        stop = index.position(places[place])
        new = ast.copy_location(ast.Pass(), item)
        new.end_lineno, new.end_col_offset = stop.line, stop.column
    mean(new, "hole")
    return new
