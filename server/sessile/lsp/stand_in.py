"""What is analysed while somebody types: for each block that is broken, its last good text stands in.

So a broken block keeps its findings, and everything else keeps what it knows of it. What is found in the text that
stands in is told at the lines of the real text that are the same; a finding on a line that is being typed is not told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from sessile.rules.finding import FileEdit, Fix, Report
from sessile.syntax import parse
from sessile.text import Document, Edit, LineIndex, Position, Range

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sessile.rules.finding import Finding, Related
    from sessile.rules.hint import StateHint
    from sessile.syntax import Block, Module

Lines = tuple["int | None", ...]


@dataclass(frozen=True, slots=True)
class StandIn:
    """`typed` is what the client has and `document` what is to be analysed in its place; `blocks` are those of the
    latter. `lines` has the typed line (from 1) of each line analysed, None for one that is gone; None if all is typed.
    """

    typed: Module
    document: Document
    blocks: tuple[Block, ...]
    lines: Lines | None = None

    def told(self, report: Report, syntax: Sequence[Finding]) -> Report:
        """A report on `document` as one on the typed text, with what is wrong with the syntax of that."""
        if self.lines is None:
            return report
        codes = {each.code for each in syntax}
        kept = [self._finding(each) for each in report.findings if each.code not in codes]
        found = sorted([*filter(None, kept), *syntax], key=lambda each: each.location.range)
        hidden = [self._finding(each) for each in report.suppressed]
        return Report(report.path, tuple(found), tuple(filter(None, hidden)), report.complete)

    def told_fix(self, fix: Fix) -> Fix | None:
        """A fix of `document` as one of the typed text; None if it touches what is being typed."""
        if self.lines is None:
            return fix
        files = [self._file(each) for each in fix.files]
        return replace(fix, files=tuple(filter(None, files))) if all(files) else None

    def told_range(self, place: Range) -> Range | None:
        """Where a range of `document` is in the typed text; None if it is not there as it was."""
        if self.lines is None:
            return place
        typed = self.lines[place.start.line - 1 : place.end.line]
        first = typed[0] if typed else None
        if first is None or any(line != first + i for i, line in enumerate(typed)):
            return None
        return place.moved(first - place.start.line)

    def told_hint(self, hint: StateHint) -> StateHint | None:
        """A hint on `document` as one on the typed text; None if its line is not there as it was."""
        place = self.told_range(Range(hint.position, hint.position))
        return replace(hint, position=place.start) if place else None

    def asked(self, position: Position) -> Position | None:
        """Where a position of the typed text is in `document`; None on a line that is being typed."""
        if self.lines is None:
            return position
        found = (number for number, line in enumerate(self.lines, 1) if line == position.line)
        number = next(found, None)
        return None if number is None else Position(number, position.column)

    def _finding(self, finding: Finding) -> Finding | None:
        place = self.told_range(finding.location.range)
        if place is None:
            return None
        return replace(
            finding,
            location=replace(finding.location, range=place),
            statement=self.told_range(finding.statement) or place,
            related=tuple(each for step in finding.related if (each := self._step(step))),
        )

    def _step(self, step: Related) -> Related | None:
        if step.location.path != self.document.path:
            return step
        place = self.told_range(step.location.range)
        return replace(step, location=replace(step.location, range=place)) if place else None

    def _file(self, file: FileEdit) -> FileEdit | None:
        if file.path != self.document.path:
            return file
        places = [self.told_range(each.range) for each in file.edits]
        edits = [Edit(place, each.text) for place, each in zip(places, file.edits, strict=True) if place]
        return replace(file, edits=tuple(edits)) if len(edits) == len(places) else None


def stand_in(document: Document, before: StandIn | None) -> StandIn:
    """What to analyse for a document whose last version was `before`."""
    typed = parse(document, before.typed if before else None)
    new = tuple(placed.block for placed in typed.blocks)
    if before is None or not any(each.problem for each in new):
        return StandIn(typed, document, new)
    builder = _Builder()
    for old, now in _regions(before.blocks, new):
        broken = any(each.problem for each in now) and not any(each.problem for each in old)
        builder.add(old if broken and old else now, now)
    text, lines = builder.finished()
    if text == document.text:
        return StandIn(typed, document, new)
    return StandIn(typed, Document(document.path, text, document.version), tuple(builder.blocks), lines)


class _Builder:
    """Puts the text together, and its lines beside those of the typed text."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._texts: list[str] = []
        self._lines: list[int | None] = []
        self._typed = 1

    def add(self, shown: Sequence[Block], typed: Sequence[Block]) -> None:
        """The next region: what is to be analysed of it, and what is typed there."""
        if shown and self._texts and not self._texts[-1].endswith(("\n", "\r")):
            self._texts.append("\n")
        before, after = _lines(shown), _lines(typed)
        head = _shared(before, after)
        tail = _shared(before[head:][::-1], after[head:][::-1])
        gone = len(before) - head - tail
        last = self._typed + len(after)
        self._lines += [*range(self._typed, self._typed + head), *[None] * gone, *range(last - tail, last)]
        self._typed = last
        self._texts += [block.text for block in shown]
        self.blocks += shown

    def finished(self) -> tuple[str, Lines]:
        """The text, and its lines with the empty one behind the last ending."""
        return "".join(self._texts), (*self._lines, self._typed)


def _regions(old: Sequence[Block], new: Sequence[Block]) -> Iterator[tuple[Sequence[Block], Sequence[Block]]]:
    """Both sequences cut into pieces that belong together; equal ones are the same objects."""
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    yield old[:head], new[:head]
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    for _, i, j, k, m in SequenceMatcher(None, list(map(id, before)), list(map(id, after)), False).get_opcodes():
        if j - i == m - k:
            yield from ((before[i + at : i + at + 1], after[k + at : k + at + 1]) for at in range(j - i))
        else:
            yield before[i:j], after[k:m]
    yield old[len(old) - tail :], new[len(new) - tail :]


def _shared(first: Sequence[object], second: Sequence[object]) -> int:
    """How many items at the start are equal; blocks are so only if they are the same object."""
    limit = min(len(first), len(second))
    return next((i for i in range(limit) if first[i] != second[i]), limit)


def _lines(blocks: Sequence[Block]) -> Sequence[str]:
    """The lines of some blocks, without the empty one behind the last ending."""
    lines = LineIndex("".join(block.text for block in blocks)).with_endings
    return lines if lines[-1] else lines[:-1]
