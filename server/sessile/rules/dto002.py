"""A Pydantic model is built from a mapped instance, but does not read attributes.

`data`: `call` is the Site of the call; the fix adds `from_attributes=True` to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.serialization import ModelRefused
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Rule
from sessile.rules.telling import class_name, problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("DTO002", "dto-not-from-attributes", Severity.ERROR, Applicability.SAFE)


@RULE.on(ModelRefused)
def check(event: ModelRefused) -> Problem | None:
    """The model takes a dict, or an instance of itself."""
    old = " (orm_mode is what this was called in Pydantic 1, and does nothing)" if event.renamed else ""
    message = (
        f"`{event.model.name}` does not read attributes{old}, so `{event.method}` of a {class_name(event.state)} "
        f"raises {event.raises}; set model_config = ConfigDict(from_attributes=True) in the model, "
        f"or pass from_attributes=True"
    )
    return problem(RULE, event, message, data={"call": event.site, "method": event.method})
