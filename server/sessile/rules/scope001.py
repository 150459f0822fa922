"""A column is read after its object's session ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import AttributeRead, Trouble
from sessile.flow.world import Status
from sessile.orm.mapped import Relationship
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import CAUSE, Rule
from sessile.rules.telling import by_update, cause_of, class_name, life_story, problem

if TYPE_CHECKING:
    from sessile.flow.world import ObjectState
    from sessile.rules.rule import Problem

RULE = Rule("SCOPE001", "attribute-outside-session", Severity.ERROR, Applicability.UNSAFE)
WHY = {
    Status.EXPIRED: "is expired",
    Status.DEFERRED: "was not loaded by its query",
    Status.UNLOADED: "was not loaded",
}


@RULE.on(AttributeRead)
def check(event: AttributeRead) -> Problem | None:
    """A column that is not in memory, of an object without a session."""
    if event.trouble is not Trouble.DETACHED or isinstance(event.attribute, Relationship):
        return None
    state = event.state
    why = WHY.get(event.status, "is not loaded")
    ended = f"{why}{CAUSE} and its session has ended"
    if event.status is not Status.EXPIRED:
        ended = f"{why} and its session has ended{CAUSE}"
    message = (
        f"`{event.name}` of this {class_name(state)} {ended}, so reading it raises DetachedInstanceError; read it "
        f"while the session is open, {_remedy(event.state, event.status)}"
    )
    severity = Severity.ERROR if event.certain else Severity.WARNING
    return problem(
        RULE,
        event,
        message,
        life_story(state),
        severity,
        {"state": state, "name": event.name},
        unseen=not event.certain,
        cause=cause_of(state, event.status),
    )


def _remedy(state: ObjectState, status: Status) -> str:
    if status is Status.EXPIRED and by_update(state):
        return "refresh the object after that, or, on 2.x, map the class with eager_defaults=True"
    if status is Status.EXPIRED:
        return "refresh the object after the commit, or use expire_on_commit=False"
    return "or load it in the query with undefer()"
