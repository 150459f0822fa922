"""Where eager loading ends: it does not come back to a class that it came from, unless an option names the way.

What a class's mapping loads with an instance is loaded only as long as the classes on the way there are others;
`join_depth` says how far it goes where they are not. So a relationship that is eager on both sides, or one from a class
to itself, is left unloaded at its end.
Source: https://docs.sqlalchemy.org/en/20/orm/self_referential.html#configuring-self-referential-eager-loading
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.loading import strategy
from sessile.flow.world import Status
from sessile.orm.mapped import Relationship

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.world import ObjectState
    from sessile.orm.mapped import ClassFacts

JOINED = frozenset({"joined", "joinedload", "contains_eager"})
IMMEDIATE = frozenset({"immediate", "immediateload"})


def eagerly(
    state: ObjectState, attribute: Relationship, target: ClassFacts | None, many: bool | None, depth: int | None
) -> Status:
    """The status that an eager relationship has once its owner is loaded.

    `depth`: so many eager steps lead to the owner; 0 where it was loaded for its own sake or lazily through a
    relationship, None where it is only loaded again.
    """
    if target is None or any(each.path == (attribute.name,) and not each.wildcard for each in state.options):
        return Status.LOADED
    if depth is not None and _returns(state, attribute, many, depth):
        return Status.UNLOADED
    how = strategy(attribute, state.options)
    way = list(_way(state, depth, how in JOINED))
    if attribute.join_depth is not None:
        back = len(way) > attribute.join_depth
        return Status.UNLOADED if back else Status.LOADED
    if not any(each.inherits(target) or target.inherits(each) for each in way):
        return Status.LOADED
    if how in IMMEDIATE:  # on its way back it looks into the session, where a many-to-one may be found
        return Status.LOADED if many else Status.UNKNOWN
    return Status.UNLOADED if any(each is target for each in way) else Status.UNKNOWN


def _way(state: ObjectState, depth: int | None, within: bool) -> Iterator[ClassFacts]:
    """The classes from an instance's own back to where its eager loading began; `within` the same statement only."""
    if state.facts is not None:
        yield state.facts
    while depth is not None and state.through is not None:
        state, name = state.through
        if within and not (depth and _strategy_of(state, name) in JOINED):
            return
        if state.facts is not None:
            yield state.facts
        if not depth:
            return
        depth -= 1


def _strategy_of(state: ObjectState, name: str) -> str:
    attribute = state.facts.attributes.get(name) if state.facts is not None else None
    return strategy(attribute, state.options) if isinstance(attribute, Relationship) else ""


def _returns(state: ObjectState, attribute: Relationship, many: bool | None, depth: int) -> bool:
    """Whether a many-to-one leads back to the instance whose collection was loaded by a statement of its own."""
    if state.through is None or many is not False or not leads_back(state, attribute):
        return False
    owner, name = state.through
    return not depth or _strategy_of(owner, name) in IMMEDIATE


def leads_back(state: ObjectState, attribute: Relationship) -> bool:
    """Whether a relationship is the other side of the one that its owner was reached by."""
    if state.through is None:
        return False
    owner, name = state.through
    came = owner.facts.attributes.get(name) if owner.facts is not None else None
    if not isinstance(came, Relationship) or owner.facts is None:
        return False
    target = (attribute.target or "").rpartition(".")[2]
    back = attribute.back_populates == name and any(each.name == target for each in owner.facts.mro)
    return back or came.back_populates == attribute.name
