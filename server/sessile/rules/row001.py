"""A Row is used as if it were the entity in it.

`data`: see `rows`; besides, `how` is the kind of misuse. The fix is safe where it inserts `.scalars()` before the fetch
that is there, so `applicability` is given for each problem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import RowMisused
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

RULE = Rule("ROW001", "row-used-as-entity", Severity.ERROR, Applicability.SAFE)


@RULE.on(RowMisused)
def check(event: RowMisused) -> Problem | None:
    """A Row that was fetched into a variable is read, written, compared or handed on as the entity."""
    if event.iterated or event.chained or foreign_select(event.result) or told_elsewhere(event):
        return None
    message = f"this is a Row of {contents(event.result)}: {consequence(event)}; {remedy(event)}"
    return problem(
        RULE,
        event,
        message,
        story_of(event),
        data={**data_of(event), "how": event.how.value},
        applicability=Applicability.SAFE if safely_scalar(event) else Applicability.UNSAFE,
    )
