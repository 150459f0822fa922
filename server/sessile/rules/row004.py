"""A Row of one value is compared, tested or computed with, as if it were the value.

`data`: see `rows`; besides, `how` is the kind of use. The fix fetches the value itself: `.scalar_one()` for `.one()`,
`.scalar()` for `.first()`, `.scalar_one_or_none()` for `.one_or_none()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import Misuse, RowOperated
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rows import data_of, foreign_select, story_of, told_elsewhere
from sessile.rules.rule import Rule
from sessile.rules.telling import problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("ROW004", "aggregate-row", Severity.ERROR, Applicability.UNSAFE)
SCALAR = {"one": "scalar_one", "first": "scalar", "one_or_none": "scalar_one_or_none", "fetchone": "scalar"}
WHY = {
    Misuse.TESTED: "it is true even if that value is zero or None",
    Misuse.BOUND: "no driver can bind it, so the statement raises when it is run",
    Misuse.SOUGHT: "it equals no plain value, so nothing is ever found",
    Misuse.NEVER_NONE: "it is never None itself",
    Misuse.ENCODED: "JSON cannot hold it, so this raises TypeError",
    Misuse.RETURNED: "whoever believes the annotation gets a wrong result or TypeError",
}


@RULE.on(RowOperated)
def check(event: RowOperated) -> Problem | None:
    """A Row of one value where the value is meant; ROW007 speaks of what `exec` gives."""
    if foreign_select(event.result) or told_elsewhere(event):
        return None
    raises = "it is no number, so this raises TypeError"
    why = WHY.get(event.how) or (raises if event.raises else "it equals no plain value, so this is always the same")
    method = event.row.method
    if event.result.via == "query":
        remedy = "use `.scalar()`, or take the value out with `[0]`"
    elif method in SCALAR:
        remedy = f"use `.{SCALAR[method]}()`"
    else:
        remedy = "fetch from `.scalars()`"
    message = f"this is a Row with one value in it, not the value: {why}; {remedy}"
    severity = Severity.ERROR if event.certain else Severity.WARNING
    return problem(RULE, event, message, story_of(event), severity, {**data_of(event), "how": event.how.value})
