"""A function whose own session ends inside it promises a mapped instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import PromiseGiven
from sessile.flow.world import Life
from sessile.rules.finding import Applicability, Severity
from sessile.rules.leaving import loss
from sessile.rules.rule import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = Rule("DETACH001", "returns-orm-model", Severity.WARNING, Applicability.UNSAFE, default=False)


@RULE.on(PromiseGiven)
def check(event: PromiseGiven) -> Iterator[Problem]:
    """The session has ended, and what is returned is not complete or cannot be seen."""
    complete = event.entities and all(
        state.life is Life.DETACHED and loss(state) is None for _, state in event.entities
    )
    if complete or event.returns_none:
        return
    message = (
        f"this function is annotated to return {event.promised}, but its session has ended by then: attributes that "
        f"are not loaded raise DetachedInstanceError at the callers; return plain data such as model_to_dict(...), or "
        f"take the session as a parameter"
    )
    origin = event.returned.key
    yield Problem(RULE, event.site, message, data={"origin": origin, "return": event.returned}, scope=event.scope)
