"""Findings as JSON, one to a line."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING

from sessile.output.records import record
from sessile.output.styled import Styled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sessile.output.context import Context
    from sessile.rules.finding import Finding


def render(findings: Iterable[Finding], context: Context) -> Iterator[Styled]:
    """Each finding as soon as it comes."""
    for finding in findings:
        yield Styled(dumps(record(finding, context)) + "\n")
