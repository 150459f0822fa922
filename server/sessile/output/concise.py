"""Findings one to a line, for those who read many, and for tools that understand `path:row:column`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.output.styled import Styled, severity_style
from sessile.output.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sessile.output.context import Context
    from sessile.rules.finding import Finding


def render(findings: Iterable[Finding], context: Context) -> Iterator[Styled]:
    """`path:row:column: severity[CODE] message`; `[*]` marks what `--fix` would repair."""
    for finding in findings:
        yield Styled(context.place(finding.location.path, finding.location.range.start), "bold")
        yield Styled(": ")
        yield Styled(f"{finding.severity.value}[{finding.code}]", severity_style(finding.severity))
        yield Styled(f" {'[*] ' if context.fixable(finding) else ''}{visible(finding.message)}\n")
