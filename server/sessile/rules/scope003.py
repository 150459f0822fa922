"""Implicit IO in async code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import AttributeRead, Trouble
from sessile.flow.objects import session_of
from sessile.flow.world import Status
from sessile.orm.mapped import Relationship
from sessile.rules.advice import loader_option
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import CAUSE, Rule
from sessile.rules.telling import by_update, cause_of, class_name, life_story, problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("SCOPE003", "implicit-io-in-async", Severity.ERROR, Applicability.UNSAFE)


@RULE.on(AttributeRead)
def check(event: AttributeRead) -> Problem | None:
    """An attribute that needs SQL, of an object that belongs to an AsyncSession."""
    if event.trouble is not Trouble.GREENLET:
        return None
    kind = "relationship " if isinstance(event.attribute, Relationship) else ""
    state = event.state
    why = f"is expired{CAUSE}" if event.status is Status.EXPIRED else "is not loaded"
    message = (
        f"{kind}`{event.name}` of this {class_name(state)} {why}; reading it here would run SQL without `await` and "
        f"raises MissingGreenlet; {_remedy(event)}"
    )
    severity = Severity.ERROR if event.certain else Severity.WARNING
    data = {"state": state, "name": event.name}
    return problem(
        RULE,
        event,
        message,
        life_story(state, session_of(event.world, state)),
        severity,
        data,
        unseen=not event.certain,
        cause=cause_of(state, event.status),
    )


def _remedy(event: AttributeRead) -> str:
    if isinstance(event.attribute, Relationship):
        return f"load it in the query with {loader_option(event.state, event.attribute)}"
    if event.status is Status.EXPIRED:
        if by_update(event.state):
            return "`await session.refresh(...)` after that, or, on 2.x, map the class with eager_defaults=True"
        return "`await session.refresh(...)` after the commit, or use expire_on_commit=False"
    return "load it in the query, or `await session.refresh(...)`"
