"""Whether a repair does what it promises: every file that it touches is analysed with it, and compared with before.

So are those that name what it rewrites: a commit in one file may be what makes a read in another fail.

Findings are compared by code and line, the line as the edits move it: the statement around a finding may change with
the repair, so its fingerprint may not tell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.fixes.dependents import dependents
from sessile.fixes.difference import difference
from sessile.fixes.overlay import overlay
from sessile.fixes.unbound import unbound
from sessile.rules.precedence import STRONGER, SWALLOWING
from sessile.rules.repair import Source
from sessile.syntax import parse
from sessile.text import Document, LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sessile.project.workspace import Workspace
    from sessile.rules.finding import Finding, Location, Report
    from sessile.rules.rule import Problem, Rule
    from sessile.syntax import Module
    from sessile.text import Edit, Position

Key = tuple[str, str, int]

#: A finding of the first rule hid one of the second at the same place, which is not new when it shows.
BEHIND = frozenset(STRONGER) | {("COMMIT003", code) for code in SWALLOWING}


@dataclass(frozen=True)
class Leftover:
    """A finding that a repair leaves or makes, with its problem and what surrounds it then."""

    finding: Finding
    problem: Problem | None
    source: Source


@dataclass
class Verifier:
    """Compares texts with what was analysed; `finding` is the one that is to go away."""

    source: Source
    finding: Finding
    before: dict[str, Report] = field(default_factory=dict)
    rewrites: tuple[Rule, ...] = ()

    def holds_together(self, texts: Mapping[str, str]) -> bool:
        """Whether every name that a repair writes is bound where it stands."""
        return all(unbound(after) <= unbound(before) for before, after in self._modules(texts))

    def leftovers(self, texts: Mapping[str, str], created: Mapping[str, str]) -> list[Leftover]:
        """What stands in the way: the finding itself if it is still there, and findings that are new."""
        documents = [Document(path, text) for path, text in {**texts, **created}.items()]
        workspace = overlay(self.source.workspace, documents)
        found = [each for path, text in texts.items() for each in self._compared(path, text, workspace)]
        if found:
            return found
        paths = {path: None for pair in self._modules(texts) for path in dependents(self.source.workspace, *pair)}
        others = {path: self.source.document(path).text for path in paths if path not in texts}
        return [each for path, text in others.items() for each in self._compared(path, text, workspace)]

    def _modules(self, texts: Mapping[str, str]) -> Iterator[tuple[Module, Module]]:
        """The files that are changed, before and after."""
        for path, text in texts.items():
            before = self.source.scope(path).module
            yield before, parse(Document(path, text), before)

    def _compared(self, path: str, text: str, workspace: Workspace) -> list[Leftover]:
        from sessile.engine import problems_of

        module, settings = workspace.open(Document(path, text)), self.source.settings
        source = Source(module, workspace, settings)
        report, problems = problems_of(module.module.document, workspace, settings, rewrites=self.rewrites)
        lines = Moved(self.source.document(path).text, text)
        expected = Counter(self._key(each, lines) for each in _all(self._report(path)))
        if path == self.finding.location.path:
            expected[self._key(self.finding, lines)] -= 1
        places = {lines.line(place.range.start) for place in self._places() if place.path == path}
        found: list[Leftover] = []
        for each in _all(report):
            line = each.location.range.start.line
            if expected[(path, each.code, line)] > 0:
                expected[(path, each.code, line)] -= 1
            elif line not in places or (self.finding.code, each.code) not in BEHIND:
                found.append(Leftover(each, problems.get(each.fingerprint), source))
        return found

    def _key(self, finding: Finding, lines: Moved) -> Key:
        return (finding.location.path, finding.code, lines.line(finding.location.range.start))

    def _places(self) -> list[Location]:
        """Where the finding is shown, and the places of its story."""
        return [self.finding.location, *(each.location for each in self.finding.related)]

    def _report(self, path: str) -> Report:
        from sessile.engine import problems_of

        if path not in self.before:
            workspace, settings = self.source.workspace, self.source.settings
            self.before[path] = problems_of(self.source.document(path), workspace, settings, rewrites=self.rewrites)[0]
        return self.before[path]


def _all(report: Report) -> list[Finding]:
    return [*report.findings, *report.suppressed]


class Moved:
    """Where lines of one text are in another."""

    def __init__(self, before: str, after: str) -> None:
        self.old, self.new = LineIndex(before), LineIndex(after)
        self.starts: list[int] = []
        self.shifts: list[int] = []
        shift = 0
        for edit in difference(before, after):
            shift += len(edit.text) - self._length(edit)
            self.starts.append(self.old.offset(edit.range.end))
            self.shifts.append(shift)

    def _length(self, edit: Edit) -> int:
        return self.old.offset(edit.range.end) - self.old.offset(edit.range.start)

    def line(self, position: Position) -> int:
        """The line of the new text where a position of the old one would be."""
        offset = self.old.offset(position)
        index = bisect_right(self.starts, offset) - 1
        return self.new.position(offset + (self.shifts[index] if index >= 0 else 0)).line
