"""A cell as a part of the module that its notebook's cells make up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sessile.rules.finding import FileEdit, Report
from sessile.text import Document, Edit, LineIndex, Position, Range, apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sessile.rules.finding import Finding, Location, Related


@dataclass(frozen=True, slots=True)
class Span:
    """Where a cell is in the module: `above` lines stand before it. `code` is its Python, line by line as in the cell;
    nothing can be written into the lines `taken` out of it, nor above them if `head`."""

    above: int
    code: Document
    taken: frozenset[int]
    head: bool

    @property
    def lines(self) -> int:
        """How many lines of the module are the cell's."""
        return self.code.lines.count - self.code.text.endswith(("\n", "\r"))

    def place(self, place: Range) -> Range | None:
        """A range of the module in the cell; None if it is not all in it. The end of the cell is in it."""
        start, end = place.start.line - self.above, place.end.line - self.above
        if not 1 <= start <= self.lines or end > self.lines + 1 or (end > self.lines and place.end.column):
            return None
        here = place.moved(-self.above)
        return here if end <= self.lines else Range(min(here.start, self.code.lines.end), self.code.lines.end)

    def edit(self, edit: Edit) -> Edit | None:
        """An edit of the module as one of the cell; None if it is not all in it or may not be made."""
        place = self.place(edit.range)
        return Edit(place, edit.text) if place is not None and self.allows(place) else None

    def allows(self, place: Range) -> bool:
        """Whether a range of the cell may be written over: it holds nothing of what was taken out."""
        touched = set(range(place.start.line, place.end.line + (place.end.column > 0)))
        if place.start == place.end and place.start.column == 0:
            touched = {place.start.line} if self.head else set()
        return not touched & self.taken

    def edited(self, edits: Sequence[Edit]) -> Span:
        """The cell after some edits of it; where it is then is for `joined` to say."""
        moved = (line + sum(_added(each) for each in edits if each.range.end.line <= line) for line in self.taken)
        code = Document(self.code.path, apply_edits(self.code.text, edits), self.code.version)
        return replace(self, code=code, taken=frozenset(moved))


def joined(path: str, spans: Iterable[Span]) -> tuple[Document, tuple[Span, ...]]:
    """The module that cells make up, one after the other, and where they are in it."""
    placed: list[Span] = []
    above = 0
    for span in spans:
        placed.append(replace(span, above=above))
        above += span.lines
    texts = (each.code.text for each in placed)
    ended = (text if text.endswith(("\n", "\r")) else f"{text}\n" for text in texts)
    return Document(path, "".join(ended)), tuple(placed)


def _added(edit: Edit) -> int:
    """How many lines more there are after an edit."""
    return LineIndex(edit.text).count - 1 - (edit.range.end.line - edit.range.start.line)


def in_cells(spans: Sequence[Span], edits: Iterable[Edit]) -> dict[int, list[Edit]] | None:
    """Edits of the module by the number of the cell that they are made in; None if one cannot be made."""
    found: dict[int, list[Edit]] = {}
    for each in edits:
        placed = next(((at, own) for at, span in enumerate(spans) if (own := span.edit(each))), None)
        placed = placed or _behind(spans, each)
        if placed is None:
            return None
        found.setdefault(placed[0], []).append(placed[1])
    return found


def _behind(spans: Sequence[Span], edit: Edit) -> tuple[int, Edit] | None:
    """An insertion behind the last line of the module, made at the end of the last cell."""
    last = spans[-1]
    if edit.range.start != edit.range.end or edit.range.start.line <= last.above + last.lines:
        return None
    end = last.code.lines.end
    return len(spans) - 1, Edit(Range(end, end), edit.text if end.column == 0 else f"\n{edit.text.rstrip()}")


@dataclass(frozen=True, slots=True)
class Part:
    """`module` is the text of all cells, `spans` say where they are, and `own` is that of this cell."""

    module: Document
    spans: tuple[Span, ...]
    own: Span

    def asked(self, position: Position) -> Position:
        """A position of the cell in the module."""
        return Position(position.line + self.own.above, position.column)

    def report(self, report: Report) -> Report:
        """What is said of the cell in a report on the module."""
        shown, hidden = (tuple(self._mine(each)) for each in (report.findings, report.suppressed))
        return Report(self.own.code.path, shown, hidden, report.complete)

    def files(self, files: Sequence[FileEdit]) -> list[FileEdit] | None:
        """Edits of the module as edits of cells; None if one of them cannot be made there."""
        found: list[FileEdit] = []
        for file in files:
            if file.path != self.module.path:
                found.append(file)
                continue
            placed = in_cells(self.spans, file.edits)
            if placed is None:
                return None
            found += [FileEdit(self.spans[at].code.path, tuple(edits)) for at, edits in placed.items()]
        return found

    def _mine(self, findings: Iterable[Finding]) -> Iterable[Finding]:
        for each in findings:
            place = self.own.place(each.location.range)
            if place is None:
                continue
            yield replace(
                each,
                location=replace(each.location, path=self.own.code.path, range=place),
                statement=self.own.place(each.statement) or place,
                related=tuple(map(self._step, each.related)),
            )

    def _step(self, step: Related) -> Related:
        return replace(step, location=self.located(step.location))

    def located(self, location: Location) -> Location:
        """A place in the module as one in the cell that it is in."""
        if location.path == self.module.path:
            for span in self.spans:
                place = span.place(location.range)
                if place is not None:
                    return replace(location, path=span.code.path, range=place)
        return location
