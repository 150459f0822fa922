"""Finds and makes the rewrites of code that is right, with the means that find mistakes and repair them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.engine import Judge, problems_of
from sessile.fixes.repair import repair
from sessile.flow.analysis import script_of
from sessile.project.release import release_for
from sessile.rules.reporting import Reporter
from sessile.rules.rewrites import CODES, all_rewrites

if TYPE_CHECKING:
    from sessile.project.settings import Settings
    from sessile.project.workspace import Workspace
    from sessile.rules.finding import Finding, Fix
    from sessile.text import Document, Range


def rewrites(document: Document, place: Range, workspace: Workspace, settings: Settings) -> list[Finding]:
    """Those that touch a place. Only the functions there are looked at, and no rule but the rewrites listens."""
    module = workspace.open(document)
    judge = Judge(list(all_rewrites()), release_for(settings, workspace.release()), workspace)
    touched = [module.module.at(line) for line in range(place.start.line, place.end.line + 1)]
    blocks = {placed.block: placed.line - 1 for placed in touched if placed is not None}
    problems = [
        problem
        for block, above in blocks.items()
        for problem in judge.near(module, block, (place.start.line - above, place.end.line - above))
    ]
    if not blocks.keys().isdisjoint(script_of(module)):
        problems += judge.script(module)
    report = Reporter(module, workspace).report(problems, settings)
    return [each for each in report.findings if each.code in CODES and _touches(each, place)]


def rewrite(code: str, place: Range, document: Document, workspace: Workspace, settings: Settings) -> Fix | None:
    """The rewrite with this code of just this place, which is gone afterwards, and no finding is new."""
    rules = tuple(each for each in all_rewrites() if each.code == code)
    report, _ = problems_of(document, workspace, settings, rewrites=rules)
    found = (each for each in report.findings if each.code == code and each.location.range == place)
    meant = next(found, None)
    return repair(meant, document, workspace, settings, rewrites=rules) if meant else None


def _touches(finding: Finding, place: Range) -> bool:
    return finding.location.range.start <= place.end and place.start <= finding.location.range.end
