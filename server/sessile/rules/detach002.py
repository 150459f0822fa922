"""A mapped instance leaves the block in which its session lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import Returned
from sessile.flow.world import Life, Owner
from sessile.rules.finding import Applicability, Severity
from sessile.rules.leaving import loss, message, missing_relationships
from sessile.rules.rule import Problem, Rule
from sessile.rules.telling import life_story, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.story import Site
    from sessile.flow.world import ObjectState

RULE = Rule("DETACH002", "return-from-session-block", Severity.WARNING, Applicability.UNSAFE)


@RULE.on(Returned)
def check(event: Returned) -> Iterator[Problem]:
    """A returned instance is detached and something of it is expired (warning) or unloaded (information)."""
    if len(event.world.frames) > 1:
        return
    for _, state in event.entities:
        if event.yielded:
            yield from _yielded(event, state)
            continue
        severity = loss(state)
        if severity is None or (state.refreshed and severity is Severity.INFORMATION):
            continue
        yield leak(RULE, event, state, severity, "leaves its session, which ends here")


def leak(rule: Rule, event: Returned, state: ObjectState, severity: Severity, what: str) -> Problem:
    """A problem at the return that let the object go: here, or in the called function that ended the session."""
    origin = first_return(state) or event.site
    returned = (event.site, event.world, event.value)
    data = {"state": state, "return": origin, "origin": origin.key, "returned": returned}
    found = problem(rule, event, message(state, what), life_story(state), severity, data, unseen=True)
    return Problem(
        rule, origin, found.message, severity, found.story, data, scope=event.world.frames[0].scope, unseen=True
    )


def first_return(state: ObjectState) -> Site | None:
    """The return by which an object left the function that ended its session, the last one that it had."""
    last = max((number for number, step in enumerate(state.story) if step.text.startswith("detached")), default=0)
    return next((step.site for step in state.story[last:] if step.text.startswith("returned by")), None)


def _yielded(event: Returned, state: ObjectState) -> Iterator[Problem]:
    """A generator's items may be kept until its session is closed."""
    from sessile.flow.objects import session_of

    session = session_of(event.world, state)
    scoped = session is not None and session.owner is Owner.LOCAL and session.blocks > 0
    if not scoped or state.life is not Life.PERSISTENT or not missing_relationships(state):
        return
    what = "is yielded by a generator that closes its session in the end"
    data = {"state": state, "return": event.site, "origin": event.site.key}
    yield problem(RULE, event, message(state, what), life_story(state), Severity.INFORMATION, data, unseen=True)
