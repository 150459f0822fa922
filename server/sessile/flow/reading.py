"""Reading and writing an attribute of a mapped instance.

A read that fails is told to the rules and then ends its path, as it does at run time: what follows is not reported,
because it is never reached.
"""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow import backrefs, objects, reloading, rows, single, transactions
from sessile.flow.adoption import instances, rejoin
from sessile.flow.events import AttributeRead, ItemRelationshipLoaded, Trouble
from sessile.flow.handlers import expected
from sessile.flow.items import found_in_session, loop_of, of_another
from sessile.flow.loading import EAGER, forbidden, in_force, raises_column, strategy
from sessile.flow.machine import Failure, Machine, Raised
from sessile.flow.mapping import added
from sessile.flow.transactions import refuse
from sessile.flow.using import autoflush, note_write, refused
from sessile.flow.values import SCALAR, UNKNOWN, BoundMethod, ClassRef, Const, Entity, Row, Value
from sessile.flow.world import Life, ObjectState, Status, World
from sessile.orm.mapped import Accessor, Column, Relationship

if TYPE_CHECKING:
    from sessile.flow.story import Site
    from sessile.flow.values import Arguments

#: Names that every mapped instance has and that never touch the database.
INTERNAL = frozenset({"metadata", "registry", "query", "query_class", "awaitable_attrs"})
#: Stands for an attribute of whatever name.
ANY = "*"
#: Strategies whose attribute is no loaded value: reading it gives a query, or an empty one in silence.
UNWATCHED = frozenset({"dynamic", "write_only", "noload"})
RAISED = {
    Trouble.DETACHED: Failure(("DetachedInstanceError", "SQLAlchemyError", "Exception")),
    Trouble.GREENLET: Failure(("MissingGreenlet", "InvalidRequestError", "SQLAlchemyError", "Exception")),
    Trouble.RAISE_LOADER: Failure(("InvalidRequestError", "SQLAlchemyError", "Exception")),
}


def read(m: Machine, world: World, entity: Entity, name: str, node: ast.AST) -> Value:
    """The value of `entity.name`, with every effect that reading it has."""
    state = world.object(entity.handle)
    facts = state.facts
    if name == "awaitable_attrs" and facts is not None and facts.complete and not facts.awaitable_attrs:
        raise Raised(Failure(("AttributeError", "Exception"), m.site(world, node)))
    if name == "__class__" and state.facts is not None:
        return ClassRef(state.facts)
    if name.startswith("__") or name in INTERNAL:
        return BoundMethod(entity, name)
    attribute = state.facts.attributes.get(name) if state.facts is not None else None
    if isinstance(attribute, Accessor):
        return _accessor(m, world, entity, attribute, node)
    if attribute is None and state.facts is not None:
        attribute = added(m, state.facts, name)
    if attribute is None and (state.facts is None or state.facts.complete):
        return _unmapped(m, world, entity, name, node)
    return _mapped(m, world, entity, name, attribute, node)


def _accessor(m: Machine, world: World, entity: Entity, accessor: Accessor, node: ast.AST) -> Value:
    if accessor.kind == "synonym" and accessor.target:
        return read(m, world, entity, accessor.target, node)
    if accessor.kind == "association_proxy" and accessor.target:
        read(m, world, entity, accessor.target, node)
        return UNKNOWN
    if accessor.kind in ("property", "hybrid") and accessor.node is not None:
        from sessile.flow.functions import call_accessor

        return call_accessor(m, world, entity, accessor.node, node)
    own = accessor.kind == "method" or accessor.name in rows.MODEL_METHODS
    return BoundMethod(entity, accessor.name) if own else UNKNOWN


def _unmapped(m: Machine, world: World, entity: Entity, name: str, node: ast.AST) -> Value:
    """The class is not known, or has no such attribute: only an expired, detached object is worth a word."""
    state = world.object(entity.handle)
    if state.facts is not None or isinstance(getattr(node, "ctx", None), ast.Store):
        return BoundMethod(entity, name)
    status = state.attributes.get(name, state.columns)
    trouble = Trouble.DETACHED if status is Status.EXPIRED and state.life is Life.DETACHED else None
    m.emit(AttributeRead(m.site(world, node), world, entity, state, name, None, status, trouble, certain=False))
    if trouble is not None:
        world.update(entity.handle, columns=Status.UNKNOWN)
    return BoundMethod(entity, name)


def _mapped(
    m: Machine, world: World, entity: Entity, name: str, attribute: Column | Relationship | None, node: ast.AST
) -> Value:
    state = world.object(entity.handle)
    status = objects.status_of(state, name, attribute)
    site = m.site(world, node)
    if attribute is None and status is not Status.EXPIRED:
        return BoundMethod(entity, name)
    if status in (Status.LOADED, Status.UNKNOWN) or state.life in (Life.TRANSIENT, Life.PENDING, Life.UNKNOWN):
        m.emit(AttributeRead(site, world, entity, state, name, attribute, status, None, state.certain))
        if isinstance(attribute, Relationship) and status is Status.UNKNOWN and state.life is Life.PERSISTENT:
            world.doubtful |= awaits(world, state)  # it is there, or this is as far as anybody comes
        return _in_memory(m, world, entity, name, attribute, site)
    trouble = trouble_of(m, world, state, name, attribute, status)
    at_once = isinstance(attribute, Relationship) and forbidden(attribute, state) == "raise"
    if state.session is not None and not (at_once and trouble is Trouble.RAISE_LOADER):
        if world.session(state.session).broken:
            refused(m, world, state.session, site, name)
        refuse(m, world, state.session, site, name)
    certain = state.certain and attribute is not None and not _perhaps_kept(state, name, attribute)
    if status in (Status.UNLOADED, Status.DEFERRED):
        certain = certain and state.options_known
    if trouble is not None and expected(m, RAISED[trouble], world):
        raise Raised(RAISED[trouble])
    m.emit(AttributeRead(site, world, entity, state, name, attribute, status, trouble, certain))
    if trouble is not None:
        if certain:
            raise Raised(RAISED[trouble])
        _assume_loaded(world, entity, name, attribute)
        return _in_memory(m, world, entity, name, attribute, site)
    return _loads(m, world, entity, name, attribute, status, site)


def _perhaps_kept(state: ObjectState, name: str, attribute: Column | Relationship | None) -> bool:
    """Whether the attribute is in memory after all if an expiry that is not certain did not happen."""
    while state.kept is not None:
        state = state.kept
        if objects.status_of(state, name, attribute) in (Status.LOADED, Status.UNKNOWN):
            return True
    return False


def _in_memory(
    m: Machine, world: World, entity: Entity, name: str, attribute: Column | Relationship | None, site: Site
) -> Value:
    state = world.object(entity.handle)
    if state.life is Life.UNKNOWN or (state.life in (Life.TRANSIENT, Life.PENDING) and name not in state.values):
        return objects.attribute_value(m, world, entity, name, attribute, site) if attribute is not None else UNKNOWN
    return objects.attribute_value(m, world, entity, name, attribute, site)


def trouble_of(
    m: Machine, world: World, state: ObjectState, name: str, attribute: Column | Relationship | None, status: Status
) -> Trouble | None:
    """What goes wrong when an attribute that is not in memory is read."""
    if isinstance(attribute, Relationship):
        how = strategy(attribute, in_force(state))
        if how in UNWATCHED or (attribute.lazy == "noload" and status is Status.EXPIRED and how in EAGER):
            return None
        forbids = forbidden(attribute, state)
        if state.life is Life.PERSISTENT and needs_no_sql(m, world, state, attribute):
            return None if forbids != "raise" else Trouble.RAISE_LOADER
        loaded_again = state.columns is Status.EXPIRED and awaits(world, state)
        allowed = loaded_again or may_be_held(m, world, state, attribute, expired=True)
        if forbids == "raise" or (forbids and state.life is Life.PERSISTENT and not allowed):
            return Trouble.RAISE_LOADER
    if state.life is Life.DETACHED:
        return Trouble.DETACHED
    if isinstance(attribute, Column) and raises_column(attribute, state.options):
        return Trouble.RAISE_LOADER
    return Trouble.GREENLET if awaits(world, state) else None


def awaits(world: World, state: ObjectState) -> bool:
    """Whether the instance's session is one that loads nothing without `await`."""
    session = objects.session_of(world, state)
    return session is not None and session.asynchronous and not in_greenlet(world)


def needs_no_sql(m: Machine, world: World, state: ObjectState, attribute: Relationship) -> bool:
    """Whether a many-to-one is found without a query: its key is null, or its target may be in the session.

    A wholly expired object has to be reloaded first, whatever its key is.
    """
    if state.columns is Status.EXPIRED or state.session is None:
        return False
    if objects.is_collection(m, state.facts, attribute) is not False:
        return False
    if state.constructed and not any(
        isinstance(item, Column) and item.foreign_key and name in state.attributes
        for name, item in (state.facts.attributes.items() if state.facts is not None else ())
    ):
        return True
    return may_be_held(m, world, state, attribute)


def may_be_held(
    m: Machine, world: World, state: ObjectState, attribute: Relationship, *, expired: bool = False
) -> bool:
    """Whether the other end of a many-to-one may be in the session; one that is expired is loaded again by itself."""
    if state.session is None or objects.is_collection(m, state.facts, attribute) is not False:
        return False
    target = objects.target_of(m, state.facts, attribute)
    return any(
        other is not state and other.facts is not None and (target is None or other.facts.inherits(target))
        for _, other in world.objects_of(state.session)
        if other.life is Life.PERSISTENT and (expired or other.columns is not Status.EXPIRED)
    )


def in_greenlet(world: World) -> bool:
    """Whether the code runs inside `run_sync`, where implicit IO works."""
    return any(frame.greenlet for frame in world.frames)


def _assume_loaded(world: World, entity: Entity, name: str, attribute: object) -> None:
    """One uncertain finding is enough: go on as if the read had succeeded, which is doubtful."""
    world.doubtful = True
    state = world.object(entity.handle)
    if isinstance(attribute, Relationship):
        world.update(entity.handle, attributes=MappingProxyType({**state.attributes, name: Status.LOADED}))
    else:
        world.update(
            entity.handle,
            columns=Status.UNKNOWN,
            attributes=MappingProxyType({**state.attributes, name: Status.LOADED}),
        )


def _loads(
    m: Machine,
    world: World,
    entity: Entity,
    name: str,
    attribute: Column | Relationship | None,
    status: Status,
    site: Site,
) -> Value:
    """The read works by running SQL, and pending changes are written first."""
    state = world.object(entity.handle)
    if state.session is not None:
        if not (isinstance(attribute, Relationship) and needs_no_sql(m, world, state, attribute)):
            autoflush(m, world, state.session, site)
        world.update(state.session, begun=True)
        state = world.object(entity.handle)
    reloading.restored(m, world, entity, attribute, site)
    state = world.object(entity.handle)
    watched = not isinstance(attribute, Relationship) or strategy(attribute, in_force(state)) not in UNWATCHED
    if watched and attribute is not None and status is not Status.EXPIRED and name not in state.values:
        loaded_in_loop(m, world, state, attribute, site)
    if isinstance(attribute, Relationship):
        value = objects.related(m, world, state, attribute, site)
        state = world.object(entity.handle)
        keys = objects.keys_read(m, state, attribute)
        world.update(
            entity.handle,
            attributes=MappingProxyType({**state.attributes, **keys, name: Status.LOADED}),
            values=MappingProxyType({**state.values, name: value}),
        )
        return value
    world.update(entity.handle, attributes=MappingProxyType({**state.attributes, name: Status.LOADED}))
    return SCALAR if attribute is not None else UNKNOWN


def loaded_in_loop(m: Machine, world: World, state: ObjectState, attribute: Column | Relationship, site: Site) -> None:
    """Tell of a load that happens once per element of a loop."""
    loop = loop_of(world, state, attribute.name)
    if loop is not None and not found_in_session(m, world, state, attribute, loop):
        one, apart = objects.is_many_to_one(m, state.facts, attribute), of_another(m, state)
        work = tuple(m.work[m.begun.get(loop.node, len(m.work)) :])
        m.emit(ItemRelationshipLoaded(site, world, state, attribute.name, attribute, loop, one, apart, work))


def write(m: Machine, world: World, entity: Entity, name: str, value: Value, node: ast.AST) -> None:
    """Assign `entity.name`; an unloaded collection is read first, as SQLAlchemy does."""
    state = world.object(entity.handle)
    attribute = state.facts.attributes.get(name) if state.facts is not None else None
    if isinstance(attribute, Accessor):
        return
    if isinstance(attribute, Relationship):
        rows.related(m, world, name, value, node)
    elif isinstance(attribute, Column) and isinstance(value, Row):
        single.bound(m, world, value, node)
    attached = state.life in (Life.PERSISTENT, Life.DETACHED)
    if isinstance(attribute, Relationship) and attached and objects.is_collection(m, state.facts, attribute):
        read(m, world, entity, name, node)
    state = world.object(entity.handle)
    attributes = {**state.attributes, name: Status.LOADED}
    values = {key: held for key, held in state.values.items() if key != name}
    if not isinstance(value, Const | type(SCALAR)):
        values[name] = value
    elif isinstance(attribute, Column) and attribute.onupdate:
        values[name] = SCALAR
    world.update(entity.handle, attributes=MappingProxyType(attributes), values=MappingProxyType(values))
    backrefs.linked(m, world, entity, name, instances(world, value))
    if isinstance(attribute, Column) or (isinstance(attribute, Relationship) and not attribute.viewonly):
        changed(m, world, entity, (name,), node)


def shrunk(m: Machine, world: World, entity: Entity, name: str, node: ast.AST) -> None:
    """`user.posts.remove(post)`: the rows of what is taken out change, or go."""
    facts = world.object(entity.handle).facts
    attribute = facts.attributes.get(name) if facts is not None else None
    if isinstance(attribute, Relationship) and not attribute.viewonly:
        changed(m, world, entity, (name,), node)


def updated(m: Machine, world: World, entity: Entity, arguments: Arguments, node: ast.Call) -> Entity:
    """SQLModel's `sqlmodel_update`: assigns what a dict, or another model, holds."""
    first = node.args[0] if node.args else None
    keys = first.keys if isinstance(first, ast.Dict) else []
    names = [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    names += arguments.keywords
    state = world.object(entity.handle)
    statuses = {**state.attributes, **dict.fromkeys(names, Status.LOADED)}
    world.update(entity.handle, attributes=MappingProxyType(statuses))
    changed(m, world, entity, tuple(names), node)
    return entity


def changed(m: Machine, world: World, entity: Entity, names: tuple[str, ...], node: ast.AST) -> None:
    """Remember that an object differs from its row in attributes of these names; in any, if there is no name."""
    rejoin(world)
    state = world.object(entity.handle)
    if state.life is Life.PERSISTENT and state.session is not None:
        site = m.site(world, node)
        # A change begins a transaction.
        transactions.refuse(m, world, state.session, site, f"{'` and `'.join(names)} = ...", sends=False)
        what = " and ".join(f"`{name}`" for name in names) or "an attribute"
        note_write(world, state.session, site, f"{what} is changed", assigned=True)
    if state.life in (Life.PERSISTENT, Life.DETACHED):
        altered = {*(state.altered if state.dirty is not None else ()), *(names or (ANY,))}
        world.update(entity.handle, dirty=m.site(world, node), altered=frozenset(altered))
