"""How much was found: the closing line, and the table of `--statistics`."""

from __future__ import annotations

from collections import Counter
from json import dumps
from typing import TYPE_CHECKING

from sessile.output.styled import Styled
from sessile.rules.finding import Applicability, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sessile.output.context import Context
    from sessile.rules.finding import Finding


def summary(findings: Sequence[Finding]) -> str:
    """One or two sentences: how many of which severity, and what `--fix` could do about them."""
    if not findings:
        return "All checks passed.\n"
    by_severity = Counter(finding.severity for finding in findings)
    parts = ", ".join(_many(by_severity[each], each.value) for each in Severity if by_severity[each])
    return f"Found {_many(len(findings), 'finding')}: {parts}.\n{_fixable(findings)}"


def statistics(findings: Iterable[Finding], context: Context) -> Iterator[Styled]:
    """A table of the rules that spoke, the loudest first."""
    rows = _rows(findings, context)
    width = max((len(str(count)) for _, _, count, _ in rows), default=0)
    for code, name, count, fixable in rows:
        yield Styled(f"{count:>{width}}  ", "bold")
        yield Styled(f"{code:<10}", "bold red")
        yield Styled(f" {'[*]' if fixable else '   '} {name}\n")


def statistics_json(findings: Iterable[Finding], context: Context) -> str:
    """The same as a JSON array."""
    keys = ("code", "name", "count", "fixable")
    return dumps([dict(zip(keys, row, strict=True)) for row in _rows(findings, context)], indent=2) + "\n"


def _rows(findings: Iterable[Finding], context: Context) -> list[tuple[str, str, int, bool]]:
    by_rule: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault((finding.code, finding.name), []).append(finding)
    rows = [(code, name, len(each), any(map(context.fixable, each))) for (code, name), each in by_rule.items()]
    return sorted(rows, key=lambda row: (-row[2], row[0]))


def _fixable(findings: Sequence[Finding]) -> str:
    safe = sum(finding.applicability is Applicability.SAFE for finding in findings)
    unsafe = sum(finding.applicability is Applicability.UNSAFE for finding in findings)
    if not safe and not unsafe:
        return ""
    if not safe:
        return f"{unsafe} fixable with --fix --unsafe-fixes.\n"
    return f"{safe} fixable with --fix" + (f", {unsafe} more with --fix --unsafe-fixes.\n" if unsafe else ".\n")


def _many(count: int, word: str) -> str:
    same = count == 1 or word == Severity.INFORMATION.value
    return f"{count} {word if same else word + 's'}"
