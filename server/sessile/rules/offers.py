"""What fixes are called before anybody has computed them: cheap, since every report asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.world import ObjectState
from sessile.orm.mapped import Relationship

if TYPE_CHECKING:
    from sessile.rules.rule import Problem


def loader_for(relationship: Relationship, *, joins: bool = True) -> str:
    """The option for a relationship: a collection in a query of its own, a single object by a join where allowed."""
    return "joinedload" if relationship.many is False and joins else "selectinload"


def load(problem: Problem) -> str | None:
    """Load the relationship `name` of the object `state` with its query; None where the class is not known."""
    return load_title(problem.data.get("state"), problem.data.get("name"))


def load_selectin(problem: Problem) -> str | None:
    """The same, without a join."""
    return load_title(problem.data.get("state"), problem.data.get("name"), joins=False)


def load_title(state: object, name: object, *, joins: bool = True) -> str | None:
    """The title of the fix that loads a relationship."""
    if not isinstance(state, ObjectState) or state.facts is None or not isinstance(name, str):
        return None
    attribute = state.facts.attributes.get(name)
    if not isinstance(attribute, Relationship):
        return None
    return f"Load `{name}` with the query: {loader_for(attribute, joins=joins)}({state.facts.name}.{name})"


def refresh(problem: Problem) -> str | None:
    """Refresh the object `state` after what expired it; None where nothing in sight did."""
    state = problem.data.get("state")
    if not isinstance(state, ObjectState) or state.expired is None:
        return None
    name = state.facts.name if state.facts is not None else "object"
    return f"Refresh the {name} after the commit" if "commit" in state.expired.text else f"Refresh the {name}"
