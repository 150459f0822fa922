"""A relationship that is loaded when it is read, by a query of its own, could be loaded together with its object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import AttributeRead
from sessile.flow.world import Life, Status
from sessile.orm.mapped import Relationship
from sessile.rules import offers
from sessile.rules.finding import Applicability, Severity
from sessile.rules.repairs import Repair
from sessile.rules.rule import Rule
from sessile.rules.telling import problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("loadWithQuery", "load-with-query", Severity.HINT, Applicability.UNSAFE)
RULE.repairs(offers.forbidden)(Repair(offers.forbidden, "reads.in_loop").draft)


@RULE.on(AttributeRead)
def check(event: AttributeRead) -> Problem | None:
    """A read that loads, in the function that is looked at."""
    lazy = isinstance(event.attribute, Relationship) and event.status is Status.UNLOADED and event.trouble is None
    here = len(event.world.frames) == 1 and event.state.life is Life.PERSISTENT
    if not lazy or not here or not event.certain:
        return None
    return problem(RULE, event, "loaded when it is read", data={"state": event.state, "name": event.name})
