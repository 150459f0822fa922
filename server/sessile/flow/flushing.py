"""What a flush makes of its session: new objects become persistent, and what the database computes is unloaded.

Source: https://docs.sqlalchemy.org/en/20/orm/session_basics.html#flushing
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow import objects, reloading
from sessile.flow.loading import initial_columns
from sessile.flow.values import CollectionRef, Criterion, Entity
from sessile.flow.world import Life, Status, World
from sessile.orm.mapped import Column, Relationship

if TYPE_CHECKING:
    import ast

    from sessile.flow.machine import Machine
    from sessile.flow.story import Site
    from sessile.flow.world import ObjectState

#: What expires columns that the database computes anew, whatever the session says of its commits.
BY_UPDATE = "expired by the UPDATE of a flush"


def flush(m: Machine, world: World, handle: int, node: ast.AST) -> None:
    """Write pending objects: they become persistent, and what the database computes is unloaded."""
    _reload(m, world, handle, m.site(world, node))
    for number, state in world.objects_of(handle):
        if state.perhaps_new:
            world.update(number, perhaps_new=False)
        if state.life is Life.PENDING:
            _inserted(world, number, state)
        elif state.deleted:
            _deleted(m, world, number, state, m.site(world, node))
        elif state.dirty is not None:
            _updated(m, world, number, state, node)
    session = world.session(handle)
    begun = session.begun or session.unflushed is not False
    flushed = session.flushed or session.unflushed is True
    world.update(handle, begun=begun, unflushed=False, flushed=flushed, cleared=True)


def _reload(m: Machine, world: World, handle: int, site: Site) -> None:
    """A statement needs the keys of what it changes and refers to: what has an expired one is loaded again."""
    changing = [
        (number, state)
        for number, state in world.objects_of(handle)
        if state.life is Life.PENDING or (state.dirty is not None and not state.deleted)
    ]
    related = [
        value.handle
        for _, state in changing
        for name, value in state.values.items()
        if isinstance(value, Entity) and (state.life is Life.PENDING or name in state.altered)
    ]
    for number in dict.fromkeys([*(number for number, _ in changing), *related]):
        state = world.object(number)
        if state.life is Life.PERSISTENT and state.session == handle and _is_key_expired(state):
            reloading.reloaded(m, world, Entity(number), site)


def _is_key_expired(state: ObjectState) -> bool:
    keys = state.facts.primary_key if state.facts is not None else ()
    return state.columns is Status.EXPIRED and any(name not in state.attributes for name in keys)


def _inserted(world: World, number: int, state: ObjectState) -> None:
    attributes = dict(state.attributes)
    for name, item in state.facts.attributes.items() if state.facts is not None else ():
        if isinstance(item, Relationship):
            attributes.setdefault(name, Status.UNLOADED)
        elif isinstance(item, Column) and name not in attributes and (item.expression or item.deferred):
            attributes[name] = Status.DEFERRED
        elif isinstance(state.values.get(name), Criterion):
            attributes[name] = Status.EXPIRED
    keys = state.facts.primary_key if state.facts is not None else ()
    attributes.update({name: attributes.get(name, Status.LOADED) for name in keys})
    updating = _updating(state)
    values = MappingProxyType({name: value for name, value in state.values.items() if name not in updating})
    attributes_now = MappingProxyType(attributes)
    world.update(number, life=Life.PERSISTENT, new=True, attributes=attributes_now, values=values, dirty=None)


def _updating(state: ObjectState) -> frozenset[str]:
    """The columns that the database computes in an UPDATE that does not set them."""
    attributes = state.facts.attributes.items() if state.facts is not None else ()
    return frozenset(name for name, item in attributes if isinstance(item, Column) and item.onupdate)


def _deleted(m: Machine, world: World, number: int, state: ObjectState, site: Site) -> None:
    """Its collections are loaded, so that the rows in them can be told; these go with it, or remain by themselves.

    What it refers to is told by its keys, which are loaded where that object is not in memory.
    """
    related = () if state.facts is None else tuple(state.facts.relationships)
    collections = [
        each
        for each in related
        if each.lazy not in ("dynamic", "write_only") and objects.is_collection(m, state.facts, each)
    ]
    values, keys = dict(state.values), dict[str, Status]()
    for each in related:
        if objects.status_of(state, each.name, each) is Status.LOADED:
            continue
        keys.update(objects.keys_read(m, state, each))
        if each in collections:
            values[each.name] = members = objects.related(m, world, state, each, site)
            if _goes_along(each) and isinstance(members, CollectionRef):
                _go_along(world, members)
    attributes = {**state.attributes, **keys, **{each.name: Status.LOADED for each in collections}}
    columns = state.columns
    if columns is Status.EXPIRED:
        deferred = initial_columns(state.facts, ()) if state.kept is None else {}
        columns, attributes = Status.UNKNOWN, {**deferred, **attributes}
    attributes_now, values_now = MappingProxyType(attributes), MappingProxyType(values)
    world.update(number, life=Life.DELETED, dirty=None, columns=columns, attributes=attributes_now, values=values_now)


def _goes_along(attribute: Relationship) -> bool:
    return any(each.strip() in ("all", "delete") for each in (attribute.cascade or "").split(","))


def _go_along(world: World, members: CollectionRef) -> None:
    each = world.collection(members.handle).each
    if isinstance(each, Entity):
        world.update(each.handle, life=Life.DELETED, deleted=True)


def _updated(m: Machine, world: World, number: int, state: ObjectState, node: ast.AST) -> None:
    """What the database computes is unloaded; a column that was assigned is in the UPDATE itself (`reading.write` keeps
    what is assigned to one with an `onupdate`)."""
    updating = _updating(state)
    written = {name for name, value in state.values.items() if not isinstance(value, Criterion)}
    computed = [
        name
        for name, item in (state.facts.attributes.items() if state.facts is not None else ())
        if isinstance(item, Column) and (name in updating or name in state.values) and name not in written
    ]
    if computed and state.columns is not Status.EXPIRED:
        world.update(number, expired=m.tell(world, number, m.site(world, node), BY_UPDATE))
    attributes = {**state.attributes, **dict.fromkeys(computed, Status.EXPIRED)}
    values = {name: state.values[name] for name in written - updating}
    world.update(number, attributes=MappingProxyType(attributes), values=MappingProxyType(values), dirty=None)
