"""Elements of loops: which objects stand for one of many, and whether each of them costs a query.

An object taken out of a collection in a loop carries that loop; what was reached through its relationships leads back
to it by `through`. A load counts only where an earlier turn has loaded the same: a loop that is left after its first
load sends no more than one query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow import objects
from sessile.flow.values import Criterion, Entity, Row, Tuple, Value
from sessile.flow.world import CollectionState, ObjectState, Status
from sessile.orm.mapped import Column, Relationship

if TYPE_CHECKING:
    from sessile.flow.frames import Round
    from sessile.flow.machine import Machine
    from sessile.flow.story import Site
    from sessile.flow.world import World
    from sessile.orm.mapped import ClassFacts

#: Relationships between an element and an object reached through it.
FAR = 6


def mark(world: World, value: Value, site: Site) -> None:
    """Remember that the instances in a value are elements of the loop at `site`."""
    match value:
        case Entity(handle=handle):
            world.update(handle, item=site)
        case Row(items=items) | Tuple(items=items):
            for each in items:
                mark(world, each, site)


def is_marked(world: World, value: Value) -> bool:
    """Whether a value is an element of some loop already, as what a generator yields from its own loop."""
    return isinstance(value, Entity) and world.object(value.handle).item is not None


def loop_of(world: World, state: ObjectState, name: str) -> Site | None:
    """The loop that loads `name` of this object once per turn; None if it does not."""
    path: list[str] = []
    current = state
    while current.item is None and current.through is not None and len(path) < FAR:
        current, step = current.through
        path.append(step)
    turn = _turn(world, current.item) if current.item is not None else None
    if turn is None:
        return None
    if turn.earlier is None:
        return turn.site
    wanted = (*reversed(path), name)
    loaded = any(_loaded(world, other, wanted) for each in turn.earlier for other in _alike(world, each, current))
    return turn.site if loaded else None


def of_another(m: Machine, state: ObjectState) -> bool:
    """Whether an object was reached from the element of a loop through a many-to-one, so that elements may share it."""
    while state.item is None and state.through is not None:
        state, name = state.through
        facts = state.facts
        if facts is not None and objects.is_many_to_one(m, facts, facts.attributes.get(name)):
            return True
    return False


def found_in_session(m: Machine, world: World, state: ObjectState, attribute: object, loop: Site) -> bool:
    """Whether a many-to-one is looked up among objects that the session held before the loop began, or its owner is one
    object that all elements have in common."""
    if _shared(m, state):
        return True
    if not isinstance(attribute, Relationship) or objects.is_collection(m, state.facts, attribute):
        return False
    target = objects.target_of(m, state.facts, attribute)
    if _same_for_all(state, attribute, target):
        return True
    if target is None:
        return False
    if state.through is not None and _is(state.through[0], target):
        return True
    lists = [held.each for held in world.heap.values() if isinstance(held, CollectionState)]
    known = [world.object(each.handle) for each in lists if isinstance(each, Entity)]
    return any(_is(each, target) and each.session == state.session and not _within(each, loop) for each in known)


def _shared(m: Machine, state: ObjectState) -> bool:
    """Whether an object was reached through a many-to-one that the query chose the elements by."""
    current = state
    while current.through is not None:
        current, name = current.through
        step = current.facts.attributes.get(name) if current.facts is not None else None
        if not isinstance(step, Relationship) or objects.is_collection(m, current.facts, step):
            continue
        if _same_for_all(current, step, objects.target_of(m, current.facts, step)):
            return True
    return False


def _same_for_all(state: ObjectState, attribute: Relationship, target: ClassFacts | None) -> bool:
    """Whether the query chose rows by one value of the foreign key, so that one load serves all of them."""
    statement = state.statement
    names = {attribute.name, f"{attribute.name}_id", *(each.rpartition(".")[2] for each in attribute.foreign_keys)}
    for criterion in statement.criteria if statement is not None else ():
        column = criterion.column if isinstance(criterion, Criterion) else None
        if column is None:
            continue
        if column.owner is state.facts and column.name in names:
            return True
        key = column.owner.attributes.get(column.name)
        if target is not None and column.owner is target and isinstance(key, Column) and key.primary_key:
            return True
    return False


def _is(state: ObjectState, target: ClassFacts) -> bool:
    return state.facts is not None and state.facts.inherits(target)


def _within(state: ObjectState, loop: Site) -> bool:
    """Whether an object was reached through an element of a loop."""
    current: ObjectState | None = state
    while current is not None:
        if current.item is not None and current.item.key == loop.key:
            return True
        current = current.through[0] if current.through is not None else None
    return False


def _turn(world: World, site: Site) -> Round | None:
    for frame in reversed(world.frames):
        for turn in reversed(frame.loops):
            if turn.site.key == site.key:
                return turn
    return None


def _alike(world: World, value: Value, state: ObjectState) -> list[ObjectState]:
    """The instances in an earlier element that are of the same class."""
    match value:
        case Entity(handle=handle):
            other = world.object(handle)
            return [other] if other.facts is state.facts else []
        case Row(items=items) | Tuple(items=items):
            return [other for each in items for other in _alike(world, each, state)]
    return []


def _loaded(world: World, state: ObjectState, path: tuple[str, ...]) -> bool:
    """Whether an attribute, reached by a path of relationships, has been read; what a list holds cannot be told."""
    name, rest = path[0], path[1:]
    if not rest:
        return state.attributes.get(name, Status.UNLOADED) in (Status.LOADED, Status.EXPIRED)
    value = state.values.get(name)
    return _loaded(world, world.object(value.handle), rest) if isinstance(value, Entity) else value is not None
