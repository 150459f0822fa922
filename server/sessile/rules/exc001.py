"""A broad handler around session work gives back a stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import HandlerReached
from sessile.flow.story import Step
from sessile.rules.finding import Applicability, Severity
from sessile.rules.handlers import is_broad, stand_in
from sessile.rules.rule import Rule
from sessile.rules.telling import problem, source_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem

RULE = Rule("EXC001", "swallowed-database-error", Severity.WARNING, Applicability.UNSAFE)


@RULE.on(HandlerReached)
def check(event: HandlerReached) -> Problem | None:
    """The handler's last statement returns None, False, an empty container or the like."""
    if not is_broad(event.handler):
        return None
    returned = stand_in(event.handler)
    if returned is None:
        return None
    value = "None" if returned.value is None else source_of(returned.value)
    message = (
        f"this handler turns every failure of `{event.method}` into `return {value}`, so callers cannot tell "
        f"\"nothing there\" from \"the database failed\"; catch the one exception that you expect, or re-raise"
    )
    story = (Step(event.work, f"`{event.method}` may raise here"),)
    return problem(RULE, event, message, story, data={"handler": event.handler, "return": returned})


@RULE.repairs(lambda problem: f"Raise the error again, instead of `{source_of(problem.data['return'])}`")  # type: ignore[arg-type]  # a node
def fix(problem: Problem, source: Source) -> Iterator[Draft]:
    """Callers get the error."""
    from sessile.fixes.handlers import reraise

    return reraise(problem, source)
