"""Rows out of a list or a loop are used as if they were the entities in them.

`data`: see `rows`, and `how` as in ROW001. The fix inserts `.scalars()` before the fetch (`fetch`, whose `method` is
"__iter__" where a result is iterated itself: then after the iterated expression).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import Misuse, RowMisused
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

RULE = Rule("ROW002", "iterating-rows-as-entities", Severity.ERROR, Applicability.SAFE)


@RULE.on(RowMisused)
def check(event: RowMisused) -> Problem | None:
    """An item of a list of Rows is read, written, sought or handed on as the entity."""
    if not event.iterated or foreign_select(event.result) or told_elsewhere(event):
        return None
    held = contents(event.result)
    subject = (
        f"these are Rows of {held}"
        if event.how in (Misuse.SOUGHT, Misuse.RETURNED)
        else f"each item is a Row of {held}"
    )
    message = f"{subject}: {consequence(event)}; {remedy(event)}"
    applicability = Applicability.SAFE if safely_scalar(event) else Applicability.UNSAFE
    data = {**data_of(event), "how": event.how.value}
    return problem(RULE, event, message, story_of(event), data=data, applicability=applicability)
