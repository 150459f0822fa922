"""Which code actions there are for a place. Nothing is computed for them yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.actions.rewrites import KIND, rewrites
from sessile.lsp.actions.task import Kind, Task
from sessile.lsp.capabilities import FIX_ALL, NOTEBOOK_FIX_ALL
from sessile.lsp.convert import from_client, to_client
from sessile.lsp.diagnostics import SOURCE, fingerprint
from sessile.lsp.suppression_comments import ours_on
from sessile.rules.finding import Applicability
from sessile.rules.rewrites import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sessile.lsp.documents import Opened
    from sessile.lsp.snapshot import Snapshot
    from sessile.rules.finding import Finding
    from sessile.text import Range


Chosen = tuple["Finding", tuple[types.Diagnostic, ...]]
"""A finding and the client's diagnostics of it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One entry of the editor's menu; `answers` are the client's diagnostics that it takes away."""

    title: str
    kind: str
    task: Task
    answers: tuple[types.Diagnostic, ...] = ()
    preferred: bool = False


def offers(snapshot: Snapshot, opened: Opened, params: types.CodeActionParams) -> Iterator[Offer]:
    """What the person may choose, the most wanted first, narrowed down to the kinds that were asked for."""
    only = params.context.only
    if not opened.python:
        return
    if wanted(types.CodeActionKind.QuickFix.value, only):
        place = from_client(opened.document.lines, params.range, snapshot.client.encoding)
        yield from _quick_fixes(snapshot, opened, place, params.context.diagnostics)
    if any(wanted(f"{KIND}.{each}", only) for each in CODES):
        place = from_client(opened.document.lines, params.range, snapshot.client.encoding)
        for finding, task in rewrites(snapshot, opened, place):
            if wanted(f"{KIND}.{finding.code}", only):
                yield Offer(finding.fix_title or finding.code, f"{KIND}.{finding.code}", task)
    if wanted(FIX_ALL, only) and snapshot.options.fix_all:
        findings = snapshot.diagnosed(opened).report.findings
        if any(each.applicability is Applicability.SAFE for each in findings):
            yield Offer("Sessile: apply all safe fixes", FIX_ALL, Task(Kind.FIX_ALL, opened.uri, opened.version))
    if opened.part and wanted(NOTEBOOK_FIX_ALL, only) and snapshot.options.fix_all:
        task = Task(Kind.FIX_NOTEBOOK, opened.uri, opened.version)
        yield Offer("Sessile: apply all safe fixes in the notebook", NOTEBOOK_FIX_ALL, task)


def wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether a kind is one of those asked for, or lies below one of them."""
    return only is None or any(each in ("", kind) or kind.startswith(f"{each}.") for each in only)


def _quick_fixes(
    snapshot: Snapshot, opened: Opened, place: Range, diagnostics: Sequence[types.Diagnostic]
) -> Iterator[Offer]:
    chosen = list(_chosen(snapshot, opened, place, diagnostics))
    for finding, answers in chosen:
        if finding.applicability is not None:
            task = Task(Kind.FIX, opened.uri, opened.version, finding.fingerprint)
            title = finding.fix_title or f"Fix {finding.code}"
            yield _quick(title, task, answers, finding.applicability is Applicability.SAFE)
    yield from _whole_kinds(snapshot, opened, chosen)
    if snapshot.options.suppression_actions:
        yield from _suppressions(opened, [each for each in chosen if snapshot.backend.link(each[0].code)])
        yield from _taking_back(opened, place)


def _whole_kinds(snapshot: Snapshot, opened: Opened, chosen: Sequence[Chosen]) -> Iterator[Offer]:
    """Where a rule that may be repaired here has more findings in the file, all of them at once."""
    repairable = Counter(
        each.code for each in snapshot.diagnosed(opened).report.findings if each.applicability is not None
    )
    for code in dict.fromkeys(finding.code for finding, _ in chosen if finding.applicability is not None):
        if repairable[code] > 1:
            yield _quick(f"Fix all {code} in this file", Task(Kind.FIX_KIND, opened.uri, opened.version, code))


def _suppressions(opened: Opened, chosen: Sequence[Chosen]) -> Iterator[Offer]:
    """Two findings of one rule in one statement are suppressed by one comment, so they share an entry."""
    for kind, where in ((Kind.IGNORE_LINE, "for this line"), (Kind.IGNORE_FILE, "in this file")):
        groups: dict[object, list[Chosen]] = {}
        for each in chosen:
            statement = each[0].statement if kind is Kind.IGNORE_LINE else None
            groups.setdefault((each[0].code, statement), []).append(each)
        for group in groups.values():
            finding = group[0][0]
            task = Task(kind, opened.uri, opened.version, finding.fingerprint)
            answers = tuple(answer for _, answers in group for answer in answers)
            yield _quick(f"Ignore {finding.code} {where}", task, answers)


def _taking_back(opened: Opened, place: Range) -> Iterator[Offer]:
    line = place.start.line
    named = (code for each in ours_on(opened.code, line) for code in each.codes or ())
    for code in dict.fromkeys(each.text.upper() for each in named) if place.end.line == line else ():
        yield _quick(f"Re-enable {code} here", Task(Kind.ENABLE, opened.uri, opened.version, code, line))


def _quick(title: str, task: Task, answers: tuple[types.Diagnostic, ...] = (), preferred: bool = False) -> Offer:
    return Offer(title, types.CodeActionKind.QuickFix.value, task, answers, preferred)


def _chosen(
    snapshot: Snapshot, opened: Opened, place: Range, diagnostics: Sequence[types.Diagnostic]
) -> Iterator[Chosen]:
    """The findings that are meant, each with the client's diagnostics of it.

    The client's diagnostics decide where it sends any of ours, since some clients name a wider range than the person
    means and then apply all that they get. Otherwise whatever touches the range.
    """
    findings = snapshot.diagnosed(opened).report.findings
    ours = [each for each in diagnostics if each.source == SOURCE]
    named = [(each, tuple(d for d in ours if _same(snapshot, opened, d, each))) for each in findings]
    meant = [(finding, answers) for finding, answers in named if answers]
    yield from meant or ((each, ()) for each in _touching(findings, place))


def _same(snapshot: Snapshot, opened: Opened, diagnostic: types.Diagnostic, finding: Finding) -> bool:
    known = fingerprint(diagnostic)
    if known is not None:
        return known == finding.fingerprint
    where = to_client(opened.document.lines, finding.location.range, snapshot.client.encoding)
    return diagnostic.code == finding.code and diagnostic.range == where


def _touching(findings: Iterable[Finding], place: Range) -> Iterator[Finding]:
    for each in findings:
        if each.location.range.start <= place.end and place.start <= each.location.range.end:
            yield each
