"""All safe fixes of a document at once, or all fixes of one rule, repeated until nothing is left to repair.

A fix is computed from the text that the fixes before it left, so that two of them never meet. What comes out is the
difference to the text that the client has.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from sessile.fixes.difference import difference
from sessile.lsp.notebooks.part import Span, in_cells, joined
from sessile.rules.finding import Applicability, FileEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.backend import Backend
    from sessile.lsp.documents import Opened
    from sessile.lsp.snapshot import Snapshot
    from sessile.rules.finding import Finding, Fix
    from sessile.text import Document, Edit

ROUNDS = 100
"""More fixes than this in one go are left for the next time."""


async def fix_all(
    snapshot: Snapshot, opened: Opened, code: str | None = None, *, everywhere: bool = False
) -> Sequence[FileEdit]:
    """The edits of the document, none if there is nothing to repair.

    With a code those of one rule, unsafe ones, too: somebody asked for them by name. Of a notebook only the cell is
    changed, unless all of them may be (`everywhere`).
    """
    part = opened.part
    text = Text(opened.analysed, part.spans) if part else _plain(opened.document)
    cell = part.spans.index(part.own) if part and not everywhere else None
    return await _finished(snapshot, Job(snapshot.backend.apart(), code, cell), text)


async def repaired(snapshot: Snapshot, bench: Backend, document: Document) -> FileEdit | None:
    """All safe fixes of a file, None if there are none; `bench` sees what comes out."""
    found = await _finished(snapshot, Job(bench, None, None), _plain(document))
    return found[0] if found else None


async def _finished(snapshot: Snapshot, job: Job, before: Text) -> Sequence[FileEdit]:
    """Repair until nothing is left; other work gets its turn between two fixes."""
    text = before
    for _ in range(ROUNDS):
        await asyncio.sleep(0)
        after = await snapshot.finish(partial(job.next, text))
        if after is None:
            break
        text = after
    pairs = [(old, difference(old.code.text, new.code.text)) for old, new in zip(before.spans, text.spans, strict=True)]
    fine = [(span, edits) for span, edits in pairs if edits and all(span.allows(each.range) for each in edits)]
    return [FileEdit(span.code.path, edits) for span, edits in fine]


def _plain(document: Document) -> Text:
    return Text(document, (Span(0, document, frozenset(), False),))


@dataclass(frozen=True, slots=True)
class Text:
    """A document on the way: all of it, and the cells that it consists of, which is one if it is no notebook."""

    document: Document
    spans: tuple[Span, ...]

    def edited(self, edits: Sequence[Edit], cell: int | None) -> Text | None:
        """After some edits; None if they cannot be made, or not in one cell alone where one is given."""
        placed = in_cells(self.spans, edits)
        if placed is None or (cell is not None and set(placed) != {cell}):
            return None
        spans = [span.edited(placed[at]) if at in placed else span for at, span in enumerate(self.spans)]
        return Text(*joined(self.document.path, spans))


@dataclass(frozen=True)
class Job:
    """`cell` is the number of the only cell to repair; `hopeless` are the fingerprints of findings without a repair."""

    backend: Backend
    code: str | None
    cell: int | None
    hopeless: set[str] = field(default_factory=set)

    def next(self, text: Text) -> Text | None:
        """The text after one more fix."""
        for finding in self.backend.analyze(text.document).findings:
            if finding.fingerprint in self.hopeless or not self._means(finding, text):
                continue
            fix = self.backend.repair(finding, text.document)
            after = text.edited(fix.files[0].edits, self.cell) if fix and self._allows(fix, text) else None
            if after is not None:
                return after
            self.hopeless.add(finding.fingerprint)
        return None

    def _means(self, finding: Finding, text: Text) -> bool:
        wanted = finding.applicability is Applicability.SAFE if self.code is None else finding.code == self.code
        return wanted and (self.cell is None or text.spans[self.cell].place(finding.location.range) is not None)

    def _allows(self, fix: Fix, text: Text) -> bool:
        """Whether a fix touches this document alone, and is safe without anybody looking at it unless its rule was
        asked for."""
        here = [each.path for each in fix.files] == [text.document.path] and not fix.files[0].creates
        return here and (self.code is not None or (fix.applicability is Applicability.SAFE and fix.automatic))
