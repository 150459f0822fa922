"""Which rewrites there are at a place, and where: what is offered again as a fix is left to that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.actions.task import Kind, Task
from sessile.text import Position, Range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.lsp.documents import Opened
    from sessile.lsp.snapshot import Snapshot
    from sessile.rules.finding import Finding

KIND = types.CodeActionKind.RefactorRewrite.value


def rewrites(snapshot: Snapshot, opened: Opened, place: Range) -> Iterator[tuple[Finding, Task]]:
    """The rewrites that touch a place, each with the task that makes it."""
    shown = [each.location.range for each in snapshot.diagnosed(opened).report.findings if each.applicability]
    for line in range(place.start.line, place.end.line + 1):
        seen: dict[str, int] = {}
        for each in _in_line(snapshot, opened, line):
            ordinal = seen[each.code] = seen.get(each.code, -1) + 1
            where = each.location.range
            touches = where.start <= place.end and place.start <= where.end
            if touches and where not in shown:
                yield each, Task(Kind.REWRITE, opened.uri, opened.version, each.code, line, ordinal)


def found_again(snapshot: Snapshot, opened: Opened, task: Task) -> Range | None:
    """Where the code is, as it is analysed, that a task is about."""
    same = [each for each in _in_line(snapshot, opened, task.line) if each.code == task.subject]
    if not 0 <= task.ordinal < len(same):
        return None
    place = same[task.ordinal].location.range
    return place.moved(opened.part.own.above) if opened.part else place


def _in_line(snapshot: Snapshot, opened: Opened, line: int) -> list[Finding]:
    """The rewrites that begin in a line of the document, in order."""
    part = opened.part
    start, end = Position(line, 0), opened.document.lines.end
    place = Range(start, min(Position(line + 1, 0), end))
    if part is None:
        found = snapshot.backend.rewrites(opened.document, place)
    else:
        asked = snapshot.backend.rewrites(part.module, Range(part.asked(place.start), part.asked(place.end)))
        own = [(each, part.own.place(each.location.range)) for each in asked]
        found = [replace(each, location=replace(each.location, range=here)) for each, here in own if here]
    return [each for each in found if each.location.range.start.line == line]
