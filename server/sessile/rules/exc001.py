"""A broad handler around session work gives back a stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import HandlerReached
from sessile.flow.story import Step
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Rule
from sessile.rules.swallowing import Way, swallowed
from sessile.rules.telling import problem, source_of

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("EXC001", "swallowed-database-error", Severity.WARNING, Applicability.UNSAFE)


@RULE.on(HandlerReached)
def check(event: HandlerReached) -> Problem | None:
    """A failure becomes None, False, an empty container or the like."""
    found = swallowed(event)
    if found is None or found.way is not Way.STAND_IN or len(event.world.frames) > 1:
        return None
    value = "None" if found.returned is None or found.returned.value is None else source_of(found.returned.value)
    message = (
        f"this handler turns every failure of `{event.work.method}` into `{value}`, so callers cannot tell "
        f'"nothing there" from "the database failed"; catch the one exception that you expect, or re-raise'
    )
    story = (Step(event.work.site, f"`{event.work.method}` may raise here"),)
    return problem(RULE, event, message, story, data={"handler": event.handler, "return": found.returned})
