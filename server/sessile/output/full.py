"""Findings for people: the source, what is wrong with it, the story that leads there, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.output.frame import GUTTER, edge, frame
from sessile.output.styled import Styled, severity_style
from sessile.output.visible import visible
from sessile.rules.finding import Applicability

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sessile.output.context import Context
    from sessile.rules.finding import Finding, Location

_AROUND = 2


def render(findings: Iterable[Finding], context: Context) -> Iterator[Styled]:
    """Each finding with its source frame; the story's steps are numbered in the order in which they happen."""
    for finding in findings:
        yield from _finding(finding, context)
        yield Styled("\n")


def _finding(finding: Finding, context: Context) -> Iterator[Styled]:
    style = severity_style(finding.severity)
    gutter = _gutter(finding, context)
    url = context.url(finding.code)
    yield Styled(f"{finding.severity.value}[", style)
    yield Styled(finding.code, f"{style} link {url}" if url else style)
    yield Styled("]", style)
    yield Styled(f": {visible(finding.message)}\n", "bold")
    yield from _place(finding.location, context, gutter, _AROUND, "^", style)
    for number, step in enumerate(finding.related, 1):
        yield Styled(f"note {number}", "bold green")
        yield Styled(f": {visible(step.message)}\n")
        yield from _place(step.location, context, gutter, 0, "-", "green")
    yield from _help(finding)


def _place(location: Location, context: Context, gutter: int, around: int, mark: str, style: str) -> Iterator[Styled]:
    yield Styled(f"{'':{gutter}}--> ", GUTTER)
    yield Styled(context.place(location.path, location.range.start) + "\n")
    if document := context.document(location.path):
        yield from frame(document, location.range, gutter, around=around, mark=mark, style=style)
        yield edge(gutter)


def _gutter(finding: Finding, context: Context) -> int:
    """The width of the widest line number that is shown."""
    document = context.document(finding.location.path)
    row = finding.location.range.start.line
    last = min(row + _AROUND, document.lines.count) if document else row
    return len(str(max([last, *(step.location.range.start.line for step in finding.related)])))


def _help(finding: Finding) -> Iterator[Styled]:
    if finding.applicability is None:
        return
    flags = "--fix" if finding.applicability is Applicability.SAFE else "--fix --unsafe-fixes"
    yield Styled("help", "bold cyan")
    yield Styled(f": {visible(finding.fix_title or 'there is a fix')} ")
    yield Styled(f"({flags})\n", "dim")
