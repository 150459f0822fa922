"""A relationship that must not be loaded lazily is read unloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import AttributeRead, Trouble
from sessile.flow.loading import in_force, strategy
from sessile.orm.mapped import Relationship
from sessile.rules.advice import loader_option
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Rule
from sessile.rules.telling import class_name, problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("SCOPE013", "raise-loaded-attribute", Severity.ERROR, Applicability.UNSAFE)


@RULE.on(AttributeRead)
def check(event: AttributeRead) -> Problem | None:
    """`lazy="raise"`, `raise_on_sql` or `raiseload()` forbids this read."""
    if event.trouble is not Trouble.RAISE_LOADER or event.attribute is None:
        return None
    owner = class_name(event.state)
    how = "its class or its query"
    if isinstance(event.attribute, Relationship):
        chosen = strategy(event.attribute, in_force(event.state))
        how = f'lazy="{chosen}"' if chosen == event.attribute.lazy else f"{chosen.partition('_')[0]}()"
    message = (
        f"`{event.name}` of this {owner} was not loaded and {how} forbids loading it now, so reading it raises "
        f"InvalidRequestError; load it in the query with {loader_option(event.state, event.attribute)}"
    )
    severity = Severity.ERROR if event.certain else Severity.WARNING
    data = {"state": event.state, "name": event.name}
    return problem(RULE, event, message, event.state.story[:1], severity, data, unseen=not event.certain)
