"""A broad handler around session work only writes to a log."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.events import HandlerReached
from sessile.flow.scopes import own_nodes
from sessile.flow.story import Step
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Rule
from sessile.rules.swallowing import Way, swallowed
from sessile.rules.telling import problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("EXC003", "logged-and-dropped", Severity.WARNING, Applicability.UNSAFE)


@RULE.on(HandlerReached)
def check(event: HandlerReached) -> Problem | None:
    """The log knows of the failure, the program does not."""
    found = swallowed(event)
    if found is None or found.way is not Way.LOGGED or len(event.world.frames) > 1:
        return None
    message = (
        f"a failure of `{event.work.method}` is logged here and then dropped, so the caller believes that the work was "
        f"done; re-raise after logging, or give the caller a result that says so"
    )
    story = (Step(event.work.site, f"`{event.work.method}` may raise here"),)
    severity = Severity.INFORMATION if _goes_on_with_the_next(event) else Severity.WARNING
    return problem(RULE, event, message, story, severity, {"handler": event.handler})


def _goes_on_with_the_next(event: HandlerReached) -> bool:
    """Whether the `try` is the last thing done with each item of a list: one bad item does not stop the rest."""
    loops = (each for each in own_nodes(event.world.frame.scope.node) if isinstance(each, ast.For | ast.AsyncFor))
    return any(each.body[-1] is event.statement for each in loops)
