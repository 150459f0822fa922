"""Applying the fixes of a file until none is left.

Each round takes the fixes that do not touch one another. It stands only if every text still parses as well as before
and the file has as many findings less as fixes were applied. So it ends, and a fix that does no good is dropped, alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.project.patterns import is_below
from sessile.rules.finding import Applicability
from sessile.syntax import parse
from sessile.text import Document, apply_edits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.cli.files import Files
    from sessile.cli.tools import Project
    from sessile.project.settings import Settings
    from sessile.rules.finding import FileEdit, Finding, Fix
    from sessile.text import Edit

_MOST_ROUNDS = 100

Findings = tuple["Finding", ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """A finding and its fix."""

    finding: Finding
    fix: Fix


@dataclass(slots=True)
class Fixer:
    """Fixes one file (absolute path) in `files`; `alone` keeps it from touching any other."""

    path: str
    settings: Settings
    project: Project
    files: Files
    alone: bool = False
    refused: set[str] = field(default_factory=set)

    def run(self) -> int:
        """How many fixes were applied; the changed texts are in `files`, not yet written."""
        applied = 0
        findings = self._analyze(())
        for _ in range(_MOST_ROUNDS):
            batch = self._batch(findings)
            if not batch:
                break
            count, findings = self._round(batch, findings)
            applied += count
        return applied

    def _batch(self, findings: Findings) -> list[Repair]:
        """Fixes that can be applied together, the first findings first."""
        document = self.files.document(self.path)
        batch: list[Repair] = []
        for finding in findings:
            if not wanted(finding, self.settings) or finding.fingerprint in self.refused:
                continue
            fix = self.project.repair(finding, document)
            if fix is None or not self._may_apply(fix):
                self.refused.add(finding.fingerprint)
            elif all(compatible(fix, other.fix) for other in batch):
                batch.append(Repair(finding, fix))
        return batch

    def _round(self, batch: Sequence[Repair], findings: Findings) -> tuple[int, Findings]:
        """Apply the batch, or else the first of its fixes that does good alone."""
        attempts = [batch] if len(batch) == 1 else [batch, *([each] for each in batch)]
        for attempt in attempts:
            after = self._attempt(attempt, findings)
            if after is not None:
                return len(attempt), after
            if len(attempt) == 1:
                self.refused.add(attempt[0].finding.fingerprint)
        return 0, findings

    def _attempt(self, repairs: Sequence[Repair], findings: Findings) -> Findings | None:
        """The findings once the repairs are applied; None if they do no good, and then nothing has changed."""
        after = [Document(path, text) for path, text in self._texts(repairs).items()]
        before = [self.files.find(document.path) or Document(document.path, "") for document in after]
        pending = self.files.pending()
        if not all(map(_parses_as_well, before, after)) or not self.files.change(after):
            return None
        left = self._analyze(after)
        if len(left) <= len(findings) - len(repairs):
            return left
        self.files.restore(pending)
        self._analyze(before)
        return None

    def _analyze(self, changed: Sequence[Document]) -> Findings:
        for document in changed:
            self.project.changed(document)
        return self.project.analyze(self.files.document(self.path)).findings

    def _texts(self, repairs: Sequence[Repair]) -> dict[str, str]:
        edits: dict[str, dict[Edit, None]] = {}
        for repair in repairs:
            for file in repair.fix.files:
                edits.setdefault(file.path, {}).update(dict.fromkeys(file.edits))
        texts = {path: document.text if (document := self.files.find(path)) else "" for path in edits}
        return {path: apply_edits(texts[path], each) for path, each in edits.items()}

    def _may_apply(self, fix: Fix) -> bool:
        return fix.automatic and wanted(fix, self.settings) and all(map(self._may_touch, fix.files))

    def _may_touch(self, file: FileEdit) -> bool:
        if file.path == self.path:
            return True
        return not self.alone and is_below(file.path, self.settings.root) and file.creates != self.files.has(file.path)


def wanted(found: Finding | Fix, settings: Settings) -> bool:
    """Whether a fix is to be applied, as far as its applicability says."""
    return found.applicability is Applicability.SAFE or (found.applicability is not None and settings.unsafe_fixes)


def compatible(first: Fix, second: Fix) -> bool:
    """Whether two fixes can be applied to the same texts: their edits are equal or apart, file by file."""
    others = {file.path: file for file in second.files}
    return all(_apart(file, others[file.path]) for file in first.files if file.path in others)


def _apart(first: FileEdit, second: FileEdit) -> bool:
    if first.creates or second.creates:
        return first == second
    return all(one == other or _edits_apart(one, other) for one in first.edits for other in second.edits)


def _edits_apart(one: Edit, other: Edit) -> bool:
    first, second = sorted((one.range, other.range))
    if first.end == second.start:
        return first.start != first.end and second.start != second.end
    return first.end < second.start


def _parses_as_well(before: Document, after: Document) -> bool:
    return _problems(after) <= _problems(before)


def _problems(document: Document) -> int:
    return sum(placed.block.problem is not None for placed in parse(document).blocks)
