"""Saves what can be saved of a block that does not parse.

The parts of a statement that do not parse on their own are holes: blanked, with a placeholder of no more meaning than
`pass` or `if 1:`, so that everything else keeps its place. Which parts those are depends only on the text, not on what
the host's parser says about it, so that every host loses the same.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sessile.syntax.fields import blank
from sessile.syntax.lines import line_start, logical_lines
from sessile.syntax.nodes import mean
from sessile.syntax.tokens import tokens
from sessile.syntax.units import units
from sessile.text import LineIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sessile.syntax.units import Clause, Unit

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
    """A text that parses, and the offsets (in the original) of what is lost of it."""

    text: str
    lost: tuple[tuple[int, int], ...]


def recover(text: str, hint: int, parses: Callable[[str], bool]) -> Recovered | None:
    """The text with holes for what is broken; None if nothing is left. `hint` is an offset near the first error."""
    repair = _Repair(text, parses)
    statements = units(text, logical_lines(text))
    for near in (hint, None):
        patches = repair.suite(statements, near)
        new = apply(text, 0, len(text), patches)
        if patches and parses(new):
            return Recovered(new, tuple((patch.start, patch.end) for patch in patches if patch.lost))
    return None


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
    """Finds the holes of one text, from the statements down to their parts."""

    def __init__(self, text: str, parses: Callable[[str], bool]) -> None:
        self.text = text
        self.parses = parses

    def suite(self, statements: Sequence[Unit], hint: int | None, word: str = "") -> list[Patch]:
        """The patches for statements of one suite, below a header with this word; with a hint only those near it."""
        patches: list[Patch] = []
        for unit in statements:
            if hint is None or unit.first.start <= hint < unit.last.next:
                patches += self.unit(unit, word)
        return patches

    def unit(self, unit: Unit, word: str) -> list[Patch]:
        """The patches that make a statement parse; one for the whole of it where no smaller ones do."""
        if not unit.misplaced:
            if self._stands(unit, [], word):
                return []
            patches = self._parts(unit)
            if patches and self._stands(unit, patches, word):
                return patches
        return self._whole(unit, word)

    def _stands(self, unit: Unit, patches: Sequence[Patch], word: str) -> bool:
        """Whether the statement parses on its own with the patches."""
        start = line_start(self.text, unit.first.start, 0)
        source = apply(self.text, start, unit.last.end, patches)
        before = "match 0:\n" if word == "match" else "if 1:\n"
        return self.parses(before + source if unit.indent else source)

    def _whole(self, unit: Unit, word: str) -> list[Patch]:
        """The whole statement as a hole; of a definition its name remains."""
        end = unit.last.end
        if unit.clauses and unit.clauses[0].word in ("def", "class") and not unit.misplaced:
            header = unit.clauses[0].line
            patches = [hole(self.text, line.start, line.end, "@0") for line in unit.decorators]
            return [*patches, hole(self.text, header.start, end, self._placeholder(unit.clauses[0]) + "0")]
        return [hole(self.text, unit.first.start, end, "case _:0" if word == "match" else "0")]

    def _parts(self, unit: Unit) -> list[Patch]:
        """The patches for the decorators, headers and suites of a statement."""
        patches: list[Patch] = []
        if not unit.clauses:
            return patches
        for line in unit.decorators:
            source = self.text[line.start : line.end]
            if line.damaged or not self.parses(f"{source}\ndef f(): 0"):
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
            return [self._whole(unit, "")[0] for unit in clause.suite]
        return patches + self.suite(clause.suite, None, clause.word)

    def _header_stands(self, clause: Clause) -> bool:
        """Whether the line parses, with a body if it can have one."""
        if clause.line.damaged:
            return False
        if not clause.is_header:
            return self.parses(self._source(clause))
        return self.parses(f"{self._source(clause)}\n  0") or (not clause.suite and self._complete(clause))

    def _complete(self, clause: Clause) -> bool:
        return self.parses(self._source(clause))

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
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        for _, value in ast.iter_fields(node):
            if isinstance(value, list):
                for number, item in enumerate(value):
                    if isinstance(item, ast.stmt) and (item.lineno, item.col_offset) in places:
                        value[number] = _marked(item, index, places[item.lineno, item.col_offset])
                pending += (item for item in value if isinstance(item, ast.AST))
        decorators = getattr(node, "decorator_list", None)
        if decorators:
            decorators[:] = [item for item in decorators if (item.lineno, item.col_offset - 1) not in places]


def _marked(item: ast.stmt, index: LineIndex, end: int) -> ast.stmt:
    if isinstance(item, ast.Expr):
        stop = index.position(end)
        item = ast.copy_location(ast.Pass(), item)
        item.end_lineno, item.end_col_offset = stop.line, stop.column
    mean(item, "hole")
    return item
