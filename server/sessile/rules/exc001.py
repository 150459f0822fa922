"""A broad handler around session work gives back a stand-in."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.events import HandlerReached
from sessile.flow.scopes import own_nodes
from sessile.flow.story import Step
from sessile.rules.finding import Applicability, Severity
from sessile.rules.handlers import is_broad
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
    if _tells_success(found.returned, event.world.frame.scope.node):
        message = (
            f"this handler turns every failure of `{event.work.method}` into `False`: callers learn that it failed, "
            f"not why (a constraint, a lost connection, a typo); catch the one exception that you expect, or re-raise"
        )
        severity = Severity.INFORMATION
    else:
        message, severity = _ambiguous(event, found.returned), Severity.WARNING
    story = (Step(event.work.site, f"`{event.work.method}` may raise here"),)
    data = {"handler": event.handler, "return": found.returned}
    return problem(RULE, event, message, story, severity, data)


def _ambiguous(event: HandlerReached, returned: ast.Return | None) -> str:
    value = "None" if returned is None or returned.value is None else source_of(returned.value)
    return (
        f"this handler turns every failure of `{event.work.method}` into `{value}`, so callers cannot tell "
        f'"nothing there" from "the database failed"; catch the one exception that you expect, or re-raise'
    )


def _tells_success(returned: ast.Return | None, function: ast.AST) -> bool:
    """Whether False says that the work failed and nothing else: all that its success gives is True."""
    if returned is None or not isinstance(returned.value, ast.Constant) or returned.value.value is not False:
        return False
    nodes = list(own_nodes(function))
    broad = [node for node in nodes if isinstance(node, ast.ExceptHandler) and is_broad(node.type)]
    handled = {id(each) for node in broad for each in ast.walk(node)}
    given = [node.value for node in nodes if isinstance(node, ast.Return) and id(node) not in handled]
    return bool(given) and all(isinstance(each, ast.Constant) and each.value is True for each in given)
