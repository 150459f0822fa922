"""A broad handler around session work gives back a stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import HandlerReached
from sessile.flow.story import Step
from sessile.rules.finding import Applicability, Severity
from sessile.rules.protocol import only_failure_gives
from sessile.rules.rule import Rule
from sessile.rules.swallowing import Way, swallowed
from sessile.rules.telling import problem, source_of

if TYPE_CHECKING:
    import ast

    from sessile.rules.rule import Problem

RULE = Rule("EXC001", "swallowed-database-error", Severity.WARNING, Applicability.UNSAFE)


@RULE.on(HandlerReached)
def check(event: HandlerReached) -> Problem | None:
    """A failure becomes None, False, an empty container or the like."""
    found = swallowed(event)
    if found is None or found.way is not Way.STAND_IN or len(event.world.frames) > 1:
        return None
    if only_failure_gives(event, found.returned):
        message = (
            f"this handler turns every failure of `{event.work.method}` into `{_value(found.returned)}`: callers learn "
            f"that it failed, not why (a constraint, a lost connection, a typo); catch the one exception that you "
            f"expect, or re-raise"
        )
        severity = Severity.INFORMATION
    else:
        message, severity = _ambiguous(event, found.returned), Severity.WARNING
    story = (Step(event.work.site, f"`{event.work.method}` may raise here"),)
    data = {"handler": event.handler, "return": found.returned}
    return problem(RULE, event, message, story, severity, data)


def _ambiguous(event: HandlerReached, returned: ast.Return | None) -> str:
    return (
        f"this handler turns every failure of `{event.work.method}` into `{_value(returned)}`, so callers cannot tell "
        f'"nothing there" from "the database failed"; catch the one exception that you expect, or re-raise'
    )


def _value(returned: ast.Return | None) -> str:
    return "None" if returned is None or returned.value is None else source_of(returned.value)
