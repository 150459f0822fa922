"""SQLModel's `exec` is given the statement's parameters by position.

`data`: `call` is the Site of the call, `argument` its second argument; the fix writes `params=` in front of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import ParametersMisplaced
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Rule
from sessile.rules.telling import problem, source_of

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("SQL001", "exec-with-params", Severity.ERROR, Applicability.SAFE)


@RULE.on(ParametersMisplaced)
def check(event: ParametersMisplaced) -> Problem:
    """A second positional argument."""
    argument = event.call.args[1]
    message = (
        f"exec() takes only the statement by position, so `{source_of(argument)}` here raises TypeError; "
        f"pass it as `params=`"
    )
    return problem(RULE, event, message, data={"call": event.site, "argument": argument})
