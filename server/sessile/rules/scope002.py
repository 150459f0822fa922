"""A relationship is read after its object's session ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import AttributeRead, Trouble
from sessile.flow.world import Status
from sessile.orm.mapped import Relationship
from sessile.rules.advice import loader_option
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import CAUSE, Rule
from sessile.rules.telling import cause_of, class_name, life_story, problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("SCOPE002", "relationship-outside-session", Severity.ERROR, Applicability.UNSAFE)


@RULE.on(AttributeRead)
def check(event: AttributeRead) -> Problem | None:
    """A relationship that is not loaded, of an object without a session."""
    if event.trouble is not Trouble.DETACHED or not isinstance(event.attribute, Relationship):
        return None
    why = f"was never loaded and its session has ended{CAUSE}"
    if event.status is Status.EXPIRED:
        why = f"is expired{CAUSE} and its session has ended"
    owner, option = class_name(event.state), loader_option(event.state, event.attribute, joins=True)
    message = (
        f"relationship `{event.name}` of this {owner} {why}, so reading it raises DetachedInstanceError; load it "
        f"in the query with {option}, or read it while the session is open"
    )
    severity = Severity.ERROR if event.certain else Severity.WARNING
    data = {"state": event.state, "name": event.name}
    cause = cause_of(event.state, event.status)
    return problem(RULE, event, message, life_story(event.state), severity, data, unseen=not event.certain, cause=cause)
