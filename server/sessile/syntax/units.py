"""The logical lines of broken text as a tree of statements, by their words and their indentation alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessile.syntax.lines import LogicalLine

_WORD = re.compile(r"(?:async[ \t]+)?(\w+|@)")
_COMPOUND = frozenset(
    ("if", "elif", "else", "for", "while", "try", "except", "finally", "with", "def", "class", "match", "case")
)
_SOFT = frozenset(("match", "case"))
_FOLLOWS = {
    "elif": ("if", "elif"),
    "else": ("if", "elif", "for", "while", "except"),
    "except": ("try", "except"),
    "finally": ("try", "except", "else"),
    "def": ("@",),
    "class": ("@",),
}
_MAX_DEPTH = 50


@dataclass(slots=True)
class Clause:
    """A logical line with what is indented below it; `word` is its first word, `async` left out."""

    line: LogicalLine
    word: str
    suite: list[Unit] = field(default_factory=list)

    @property
    def is_header(self) -> bool:
        """Whether the line can only, or does, begin a compound statement or a clause of one."""
        return self.word in _COMPOUND and (self.word not in _SOFT or bool(self.suite))


@dataclass(slots=True)
class Unit:
    """A statement: its decorators and its clauses; `misplaced` if its indentation fits nothing."""

    indent: int
    decorators: list[LogicalLine] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    misplaced: bool = False

    @property
    def first(self) -> LogicalLine:
        """Its first line."""
        return self.decorators[0] if self.decorators else self.clauses[0].line

    @property
    def last(self) -> LogicalLine:
        """Its last line."""
        unit = self
        while unit.clauses and unit.clauses[-1].suite:
            unit = unit.clauses[-1].suite[-1]
        return unit.clauses[-1].line if unit.clauses else unit.decorators[-1]


def units(text: str, lines: Iterable[LogicalLine]) -> list[Unit]:
    """The statements that these lines make."""
    root: list[Unit] = []
    open_suites: list[tuple[int, list[Unit]]] = [(0, root)]
    for line in lines:
        while len(open_suites) > 1 and open_suites[-1][0] > line.indent:
            open_suites.pop()
        indent, suite = open_suites[-1]
        if line.indent == indent:
            _add(suite, line, _word(text, line))
            continue
        above = suite[-1].clauses[-1] if suite and suite[-1].clauses else None
        if above is None or above.suite or len(open_suites) > _MAX_DEPTH:
            suite.append(Unit(line.indent, clauses=[Clause(line, _word(text, line))], misplaced=True))
        else:
            open_suites.append((line.indent, above.suite))
            _add(above.suite, line, _word(text, line))
    return root


def _word(text: str, line: LogicalLine) -> str:
    match = _WORD.match(text, line.start, line.end)
    return match[1] if match else ""


def _add(suite: list[Unit], line: LogicalLine, word: str) -> None:
    """Adds a line to the statement it goes on with, or as a new one."""
    last = suite[-1] if suite else None
    if word == "@":
        if last is not None and not last.clauses:
            last.decorators.append(line)
        else:
            suite.append(Unit(line.indent, decorators=[line]))
    elif last is not None and (last.clauses[-1].word if last.clauses else "@") in _FOLLOWS.get(word, ()):
        last.clauses.append(Clause(line, word))
    else:
        suite.append(Unit(line.indent, clauses=[Clause(line, word)]))
