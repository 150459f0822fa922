"""All safe fixes of a document at once, or all fixes of one rule, repeated until nothing is left to repair.

A fix is computed from the text that the fixes before it left, so that two of them never meet. What comes out is the
difference to the text that the client has.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sessile.fixes.difference import difference
from sessile.rules.finding import Applicability, FileEdit
from sessile.text import Document, apply_edits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.backend import Backend
    from sessile.lsp.documents import Opened
    from sessile.lsp.snapshot import Snapshot
    from sessile.rules.finding import Finding, Fix

ROUNDS = 100
"""More fixes than this in one go are left for the next time."""


async def fix_all(snapshot: Snapshot, opened: Opened, code: str | None = None) -> Sequence[FileEdit]:
    """The edits of the document, none if there is nothing to repair.

    With a code those of one rule, unsafe ones, too: somebody asked for them by name."""
    edit = await repaired(snapshot.backend.apart(), opened.document, code)
    return (edit,) if edit else ()


async def repaired(bench: Backend, before: Document, code: str | None = None) -> FileEdit | None:
    """The edits of a document, None if there is nothing to repair; other work gets its turn between two fixes."""
    document = before
    hopeless: set[str] = set()
    for _ in range(ROUNDS):
        await asyncio.sleep(0)
        after = _next(bench, document, code, hopeless)
        if after is None:
            break
        document = after
    edits = difference(before.text, document.text)
    return FileEdit(before.path, edits) if edits else None


def _next(backend: Backend, document: Document, code: str | None, hopeless: set[str]) -> Document | None:
    """The document after one more fix; `hopeless` are the fingerprints of findings that have none."""
    for finding in backend.analyze(document).findings:
        if not _meant(finding, code) or finding.fingerprint in hopeless:
            continue
        fix = backend.repair(finding, document)
        if fix is not None and _may_be_applied(fix, document.path, unsafe=code is not None):
            return Document(document.path, apply_edits(document.text, fix.files[0].edits), document.version)
        hopeless.add(finding.fingerprint)
    return None


def _meant(finding: Finding, code: str | None) -> bool:
    return finding.applicability is Applicability.SAFE if code is None else finding.code == code


def _may_be_applied(fix: Fix, path: str, *, unsafe: bool) -> bool:
    """Whether a fix touches this file alone and is safe without anybody looking at it, unless that is waived."""
    here = [each.path for each in fix.files] == [path] and not fix.files[0].creates
    return here and (unsafe or (fix.applicability is Applicability.SAFE and fix.automatic))
