"""A mapped instance leaves the block in which its session lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import Returned
from sessile.flow.world import Life, Status
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Rule
from sessile.rules.telling import class_name, life_story, problem

if TYPE_CHECKING:
    from sessile.flow.world import ObjectState
    from sessile.rules.rule import Problem

RULE = Rule("DETACH002", "return-from-session-block", Severity.WARNING, Applicability.UNSAFE)


@RULE.on(Returned)
def check(event: Returned) -> Problem | None:
    """A returned instance is detached and something of it is expired (warning) or unloaded (information)."""
    if event.yielded or len(event.world.frames) > 1:
        return None
    for _, state in event.entities:
        if state.life is not Life.DETACHED or state.detached is None:
            continue
        if state.columns is Status.EXPIRED:
            return _problem(event, state, Severity.WARNING)
        if unloaded(state):
            return _problem(event, state, Severity.INFORMATION)
    return None


def unloaded(state: ObjectState) -> list[str]:
    """Relationships of an object that would have to be loaded."""
    if state.facts is None or state.relationships is Status.UNKNOWN:
        return []
    lazy = ("dynamic", "write_only", "noload")
    return [
        item.name
        for item in state.facts.relationships
        if state.attributes.get(item.name, state.relationships) is not Status.LOADED and item.lazy not in lazy
    ]


def _problem(event: Returned, state: ObjectState, severity: Severity) -> Problem:
    name = class_name(state)
    if severity is Severity.WARNING:
        what = "its columns are expired"
    else:
        missing = unloaded(state)
        what = f"`{missing[0]}`" + (f" and {len(missing) - 1} more" if len(missing) > 1 else "") + " was not loaded"
    message = (
        f"this {name} leaves its session, which ends here, and {what}: whoever reads that gets DetachedInstanceError; "
        f"return plain data such as model_to_dict(...), or load what the callers need before the session ends"
    )
    data = {"state": state, "return": event.site, "origin": event.site.key}
    return problem(RULE, event, message, life_story(state), severity, data, unseen=True)
