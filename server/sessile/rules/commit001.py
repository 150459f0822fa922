"""A write that no commit makes permanent."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.events import SessionEnded
from sessile.flow.story import Step
from sessile.flow.world import Owner
from sessile.rules.finding import Applicability, Severity
from sessile.rules.ownership import in_one_call
from sessile.rules.rule import Problem, Rule

if TYPE_CHECKING:
    from sessile.flow.scopes import Scope

RULE = Rule("COMMIT001", "write-never-committed", Severity.ERROR, Applicability.UNSAFE)


@RULE.on(SessionEnded)
def check(event: SessionEnded) -> Problem | None:
    """A session that was opened in sight ends with changes that were not committed."""
    state = event.state
    lost = [write for write in state.writes if not (write.sent and state.options.autocommit)]
    if not lost or (state.owner is not Owner.LOCAL and not state.dropped) or in_one_call(state.calls, lost[0].calls):
        return None
    write = lost[0]
    prepared = all(each.assigned for each in lost)
    if prepared and _only_reads(event.world.frames[0].scope):
        return None
    message = (
        f"{write.text} here, but the session is {event.how} without a commit on some path, so the change is rolled "
        f"back and nobody is told; call commit() before the session ends, or use `with factory.begin()`"
    )
    certain = state.certain and write.certain and not (prepared and state.committed)
    severity = Severity.ERROR if certain else Severity.WARNING
    story = (*state.story, Step(event.site, event.how))
    data = {"session": state, "end": event.site}
    scope = event.world.frames[0].scope
    inner = write.site if write.calls else None
    site = write.calls[0] if write.calls else write.site
    return Problem(RULE, site, message, severity, story, data, inner=inner, depth=len(write.calls), scope=scope)


def _only_reads(scope: Scope) -> bool:
    """Whether the function answers a GET request, which assigns attributes only for its answer."""
    return any(isinstance(each, ast.Call) and getattr(each.func, "attr", "") == "get" for each in scope.decorators)
