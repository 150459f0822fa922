"""Both sides of a relationship: what is set on one side is there on the other at once, as `back_populates` says.

A collection that is not loaded only remembers what it gets until it is.
Source: https://docs.sqlalchemy.org/en/20/orm/basic_relationships.html
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow import objects
from sessile.flow.mapping import added
from sessile.flow.values import NONE, CollectionRef, Entity, Value
from sessile.flow.world import CollectionState, Life, Status
from sessile.orm.mapped import Relationship

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessile.flow.machine import Machine
    from sessile.flow.world import World


def linked(m: Machine, world: World, owner: Entity, name: str, others: Iterable[Entity]) -> None:
    """`others` are in the relationship now, so its owner is on their side."""
    for other in others:
        match _other_side(m, world, owner, name, other):
            case (back, True):
                _gains(m, world, other, back, owner)
            case (back, False):
                _holds(world, other, back, Entity(owner.handle))


def unlinked(m: Machine, world: World, owner: Entity, name: str, others: Iterable[Entity]) -> None:
    """`others` were taken out of the collection."""
    for other in others:
        match _other_side(m, world, owner, name, other):
            case (back, False):
                _holds(world, other, back, NONE)


def _other_side(m: Machine, world: World, owner: Entity, name: str, other: Entity) -> tuple[str, bool | None] | None:
    """The name of the relationship of `other` that leads back, and whether it is a collection."""
    mine, theirs = world.object(owner.handle).facts, world.object(other.handle).facts
    attribute = mine.attributes.get(name) if mine is not None else None
    back = (attribute.back_populates or attribute.backref) if isinstance(attribute, Relationship) else None
    if theirs is None or back is None:
        return None
    found = theirs.attributes.get(back) or added(m, theirs, back)
    return (back, objects.is_collection(m, theirs, found)) if isinstance(found, Relationship) else None


def _holds(world: World, entity: Entity, name: str, value: Value) -> None:
    state = world.object(entity.handle)
    world.update(
        entity.handle,
        attributes=MappingProxyType({**state.attributes, name: Status.LOADED}),
        values=MappingProxyType({**state.values, name: value}),
    )


def _gains(m: Machine, world: World, entity: Entity, name: str, member: Entity) -> None:
    """A collection gets one more; that of a new instance is loaded from then on."""
    state = world.object(entity.handle)
    held = state.values.get(name)
    if isinstance(held, CollectionRef):
        items = world.collection(held.handle).items
        if Entity(member.handle) not in items:
            world.update(held.handle, items=(*items, Entity(member.handle)))
    elif state.life in (Life.TRANSIENT, Life.PENDING) and name not in state.attributes:
        members = CollectionRef(m.new(world, CollectionState("list", items=(Entity(member.handle),))))
        _holds(world, entity, name, members)
