"""A broad handler around session work does nothing."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.events import HandlerReached
from sessile.flow.story import Step
from sessile.rules.around import around_session, changes_rows
from sessile.rules.finding import Applicability, Severity
from sessile.rules.handlers import is_broad
from sessile.rules.intent import is_secondary
from sessile.rules.rule import Rule
from sessile.rules.swallowing import Way, swallowed
from sessile.rules.telling import problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("EXC002", "silent-except", Severity.WARNING, Applicability.UNSAFE)


@RULE.on(HandlerReached)
def check(event: HandlerReached) -> Problem | None:
    """The body is `pass` or as good as that, or the block stands under `suppress(Exception)`."""
    if len(event.world.frames) > 1:
        return None
    if event.handler is None:
        if not (_suppresses_all(event.site.node) and around_session(event) and changes_rows(event)) or is_secondary(
            event
        ):
            return None
    else:
        found = swallowed(event)
        if found is None or found.way is not Way.SILENT:
            return None
    message = (
        f"every failure of `{event.work.method}` disappears here without a trace, and the program goes on as if the "
        f"work had been done; catch the one exception that you expect, or log and re-raise"
    )
    story = (Step(event.work.site, f"`{event.work.method}` may raise here"),)
    return problem(RULE, event, message, story, data={"handler": event.handler})


def _suppresses_all(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and any(is_broad(each) for each in node.args)
