"""A plain string is executed.

`data`: `call` is the Site of the call, `argument` the expression that is the string; the fix wraps it in `text(...)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import StringRun
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Rule
from sessile.rules.telling import problem, source_of

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("SQL002", "bare-sql-string", Severity.ERROR, Applicability.SAFE)


@RULE.on(StringRun)
def check(event: StringRun) -> Problem:
    """A string where a statement belongs."""
    shown = source_of(event.argument)
    if event.raises:
        message = f"`{shown}` is a plain string, so `{event.method}` raises {event.raises}; wrap it in text(...)"
    else:
        message = f"`{shown}` is a plain string, which SQLAlchemy 2.0 refuses; wrap it in text(...)"
    severity = Severity.ERROR if event.raises else Severity.HINT
    return problem(RULE, event, message, (), severity, {"call": event.site, "argument": event.argument})
