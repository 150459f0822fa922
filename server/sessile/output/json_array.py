"""Findings as one JSON array; an empty one where there are none."""

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
    """The array, one finding after the other as they come."""
    first = True
    for finding in findings:
        text = dumps(record(finding, context), indent=2).replace("\n", "\n  ")
        yield Styled(("[" if first else ",") + "\n  " + text)
        first = False
    yield Styled("[]\n" if first else "\n]\n")
