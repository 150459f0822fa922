"""An attribute is chained straight onto a fetch that gives a Row, or None.

`data`: see `rows`; besides, `missing` is True where the attribute exists and only the Row may not (a warning, without a
fix), False where the Row has no such attribute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import RowMissing, RowMisused
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rows import (
    consequence,
    contents,
    data_of,
    foreign_select,
    remedy,
    safely_scalar,
    story_of,
    told_elsewhere,
)
from sessile.rules.rule import Rule
from sessile.rules.telling import problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("ROW003", "attribute-on-row", Severity.ERROR, Applicability.SAFE)


@RULE.on(RowMisused)
def check(event: RowMisused) -> Problem | None:
    """The Row has no such attribute."""
    if event.iterated or not event.chained or foreign_select(event.result) or told_elsewhere(event):
        return None
    message = f"`.{event.row.method}()` gives a Row of {contents(event.result)}: {consequence(event)}; {remedy(event)}"
    applicability = Applicability.SAFE if safely_scalar(event) else Applicability.UNSAFE
    data = {**data_of(event), "missing": False}
    return problem(RULE, event, message, story_of(event), data=data, applicability=applicability)


@RULE.on(RowMissing)
def check_none(event: RowMissing) -> Problem | None:
    """The Row has the attribute, but there may be no Row."""
    if told_elsewhere(event):
        return None
    method = event.row.method
    message = (
        f"`.{method}()` gives None where there is no row, and then `.{event.name}` raises AttributeError; "
        f"use `.one()` if there has to be one, or test the row first"
    )
    data = {**data_of(event), "missing": True}
    return problem(RULE, event, message, story_of(event), Severity.WARNING, data)
