"""Findings on their way to another process or to the disk: plain JSON, nothing that could be executed."""

from __future__ import annotations

from typing import TypedDict

from sessile.rules.finding import Applicability, Finding, Location, Related, Severity
from sessile.text import Range

Corners = tuple[int, int, int, int]


class StepRecord(TypedDict):
    path: str
    range: Corners
    message: str


class FindingRecord(TypedDict):
    """A finding; ranges are line, column, end line, end column as in `Range.at`."""

    code: str
    name: str
    severity: str
    message: str
    range: Corners
    statement: Corners
    fingerprint: str
    related: list[StepRecord]
    applicability: str | None
    title: str | None


def write(finding: Finding) -> FindingRecord:
    """A finding as JSON."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "range": _corners(finding.location.range),
        "statement": _corners(finding.statement),
        "fingerprint": finding.fingerprint,
        "related": [
            {"path": each.location.path, "range": _corners(each.location.range), "message": each.message}
            for each in finding.related
        ],
        "applicability": finding.applicability.value if finding.applicability else None,
        "title": finding.fix_title,
    }


def read(path: str, record: FindingRecord) -> Finding:
    """A finding from JSON."""
    steps = (Related(Location(each["path"], Range.at(*each["range"])), each["message"]) for each in record["related"])
    return Finding(
        code=record["code"],
        name=record["name"],
        severity=Severity(record["severity"]),
        message=record["message"],
        location=Location(path, Range.at(*record["range"])),
        statement=Range.at(*record["statement"]),
        fingerprint=record["fingerprint"],
        related=tuple(steps),
        applicability=Applicability(record["applicability"]) if record["applicability"] else None,
        fix_title=record["title"],
    )


def _corners(place: Range) -> Corners:
    return place.start.line, place.start.column, place.end.line, place.end.column
