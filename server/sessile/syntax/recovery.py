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
    """A part of the text to be replaced; `placeholder` is what stands for it if it is lost and not only completed."""

    start: int
    end: int
    text: str
    placeholder: str | None = None


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
    holes = [patch for patch in sorted(patches) if patch.placeholder is not None]
    mark_holes(tree, text, holes)
    return Recovered(tree, tuple((patch.start, patch.end) for patch in holes))


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
    text = placeholder + blank(lost[:first])[len(placeholder) :] + blank(lost[first:])
    return Patch(start, end, text, placeholder)


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
            return [*patches, hole(self.text, header.start, end, self._placeholder(unit.clauses[0]) + "pass")]
        return [hole(self.text, unit.first.start, end, "case _:pass" if word == "match" else "pass")]

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
                return [hole(self.text, line.start, line.end, "pass")]
            sign = "if 1:" if alone else self._placeholder(clause)
            patches.append(hole(self.text, line.start, line.end, sign if clause.suite else sign + "pass"))
        elif clause.is_header and not clause.suite and not self._header_parses(clause, ""):
            patches.append(self._body(clause))
        elif clause.suite and not clause.is_header:
            return [hole(self.text, unit.first.start, unit.last.end, "") for unit in clause.suite]
        return patches + self.suite(clause.suite, clause.word)

    def _header_stands(self, clause: Clause) -> bool:
        """Whether the line parses, with a body if it can have one."""
        if clause.line.damaged:
            return False
        body = "\n  case _: 0" if clause.word == "match" else "\n  0"
        if clause.is_header and self._header_parses(clause, body):
            return True
        return not (clause.is_header and clause.suite) and self._header_parses(clause, "")

    def _header_parses(self, clause: Clause, body: str) -> bool:
        source = self.text[clause.line.start : clause.line.end]
        before, after = _BEFORE.get(clause.word, ""), "\nexcept: 0" if clause.word == "try" else ""
        return self._parses(before + source + body + after)

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
        return Patch(end, line.end, "pass" + blank(self.text[end : line.end])[4:])


def mark_holes(tree: ast.Module, text: str, holes: Sequence[Patch]) -> None:
    """Says of each placeholder in the tree that it is a hole, and how far it goes; those of decorators are left out."""
    index = LineIndex(text)
    places: dict[tuple[int, int], tuple[int, int] | None] = {}
    for patch in holes:
        start, stop = index.position(patch.start), index.position(patch.end)
        placeholder = patch.placeholder or ""
        whole = (stop.line, stop.column) if placeholder.endswith("pass") else None
        places[start.line, start.column] = whole
        if whole:
            places[start.line, start.column + len(placeholder.encode()) - 4] = whole
    _mark(tree, places)


def _mark(tree: ast.Module, places: Mapping[tuple[int, int], tuple[int, int] | None]) -> None:
    lines = sorted({line for line, _ in places})
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        decorators = getattr(node, "decorator_list", None)
        if decorators:
            decorators[:] = [item for item in decorators if (item.lineno, item.col_offset - 1) not in places]
        for _, value in ast.iter_fields(node):
            if not isinstance(value, list) or not value or not isinstance(value[0], _HOLDERS):
                continue
            pending += (item for item in value if _touches(item, lines))
            for item in value:
                place = getattr(item, "lineno", 0), getattr(item, "col_offset", 0)
                if place in places:
                    mean(item, "hole")
                    item.end_lineno, item.end_col_offset = places[place] or (item.end_lineno, item.end_col_offset)


def _touches(node: ast.AST, lines: Sequence[int]) -> bool:
    """Whether one of the lines is among those of the node; its decorators may be above it."""
    decorators = getattr(node, "decorator_list", None)
    first = decorators[0].lineno if decorators else getattr(node, "lineno", 0)
    number = bisect_left(lines, first)
    return number < len(lines) and lines[number] <= getattr(node, "end_lineno", lines[number])
