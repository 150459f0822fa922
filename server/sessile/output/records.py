"""Findings as plain data for other programs; docs/findings.schema.json describes it.

Rows and columns are from 1, columns count code points, ends are exclusive. All of it is ASCII, so that no encoding of
a pipe can spoil it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.output.context import Context
    from sessile.rules.finding import Finding, Fix
    from sessile.text import Position, Range

Record = dict[str, object]


def record(finding: Finding, context: Context) -> Record:
    """One finding with its story and the edits of its fix."""
    fix = context.fix(finding) if finding.applicability else None
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        **_place(finding.location.path, finding.location.range, context),
        "url": context.url(finding.code),
        "fingerprint": finding.fingerprint,
        "fix": _fix(fix, context) if fix else None,
        "related": [
            {"message": step.message, **_place(step.location.path, step.location.range, context)}
            for step in finding.related
        ],
    }


def _fix(fix: Fix, context: Context) -> Record:
    return {
        "applicability": fix.applicability.value,
        "message": fix.title,
        "edits": [
            {"content": edit.text, **_place(file.path, edit.range, context), "creates": file.creates}
            for file in fix.files
            for edit in file.edits
        ],
    }


def _place(path: str, place: Range, context: Context) -> Record:
    return {
        "filename": readable(path),
        "location": _location(path, place.start, context),
        "end_location": _location(path, place.end, context),
    }


def _location(path: str, position: Position, context: Context) -> Record:
    row, column = context.row_and_column(path, position)
    return {"row": row, "column": column}


def readable(path: str) -> str:
    """A path as text: what is not UTF-8 in it is replaced, since no reader of JSON could take it."""
    return os.fsencode(path).decode("utf-8", "replace")
