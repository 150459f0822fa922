"""Which instances a session accepts: `refresh`, `expire`, `expunge`, `delete` and `add` each refuse some.

The refusal is an `InvalidRequestError` that ends the path, before anything is flushed. It is told of where it is
certain; an instance that something out of sight may have moved passes.
Source: https://docs.sqlalchemy.org/en/20/orm/session_state_management.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow import dropping
from sessile.flow.events import InstanceRefused
from sessile.flow.handlers import expected
from sessile.flow.machine import Failure, Raised
from sessile.flow.values import UNKNOWN, Arguments, CollectionRef, Const, Entity, Scalar, Tuple, Value
from sessile.flow.world import Life, ObjectState, Openness, Owner
from sessile.orm.api.membership import REFUSES, Standing
from sessile.orm.api.session import Effect
from sessile.orm.mapped import Column

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Iterator

    from sessile.flow.machine import Machine
    from sessile.flow.world import World

REFUSED = ("InvalidRequestError", "SQLAlchemyError", "Exception")
STANDINGS = {Life.PERSISTENT: Standing.PERSISTENT, Life.DELETED: Standing.DELETED}
#: What `inspect(instance)` can be asked for.
LIVES = frozenset({"transient", "pending", "persistent", "deleted", "detached"})
#: Where another session matters only as long as it is there.
TAKING = frozenset({Effect.ADD, Effect.ADD_ALL, Effect.DELETE, Effect.DELETE_ALL})


def accept(
    m: Machine, world: World, session: int, name: str, effect: Effect, given: Value | None, node: ast.Call
) -> None:
    """Raise what the session raises if it does not take an instance; nothing where that is not certain."""
    refused = REFUSES.get(effect)
    if not refused:
        return
    for entity in _entities(world, given):
        state = world.object(entity.handle)
        standing = standing_of(world, entity, state, session, effect) if state.certain else None
        if standing in refused and world.session(session).guessed:
            world.doubtful = True
        elif standing in refused:
            failure = Failure(REFUSED, m.site(world, node))
            if not expected(m, failure, world):
                state_of = world.session(session)
                m.emit(InstanceRefused(m.site(world, node), world, entity, state, standing, session, state_of, name))
            autoflushes = world.session(session).options.autoflush
            if not is_perhaps(state, standing) and (standing is not Standing.MARKED or autoflushes):
                raise Raised(failure)
        if state.perhaps_new and Standing.PENDING in refused:  # what is accepted has a row
            world.update(entity.handle, perhaps_new=False)


def is_perhaps(state: ObjectState, standing: Standing) -> bool:
    """Whether an instance stands there only if `merge` found no row for it."""
    return state.perhaps_new and standing is Standing.PENDING


def _entities(world: World, given: Value | None) -> tuple[Entity, ...]:
    """The instances that are there for sure: of any number of elements there may be none."""
    items: tuple[Value, ...] = ()
    match given:
        case Entity():
            items = (given,)
        case Tuple(items=items):
            pass
        case CollectionRef(handle=handle):
            items = world.collection(handle).items
    return tuple(item for item in items if isinstance(item, Entity))


def standing_of(world: World, entity: Entity, state: ObjectState, session: int, effect: Effect) -> Standing | None:
    """Where an instance stands; None where something out of sight may have moved it."""
    if state.life is Life.UNKNOWN:
        return None
    if state.life is Life.TRANSIENT:
        return None if _is_related(world, entity, state) else Standing.TRANSIENT
    if state.life is Life.DETACHED:
        return Standing.GONE if state.deleted else Standing.DETACHED
    if state.session != session:
        return Standing.ELSEWHERE if _is_apart(world, state, effect) else None
    here = world.session(session)
    if state.life is Life.PENDING or state.perhaps_new:
        return Standing.PENDING if here.unflushed is True else None
    if state.deleted and state.life is Life.PERSISTENT:
        return Standing.MARKED if here.options.autoflush is not False else Standing.PERSISTENT
    return STANDINGS[state.life]


def _is_related(world: World, entity: Entity, state: ObjectState) -> bool:
    """Whether other instances may have taken a new one along into a session.

    Those that are new themselves, as are all that they know, did not, nor did those that were in one already.
    """
    if state.apart:
        return False
    found: set[int] = set()
    waiting = [entity.handle]
    while waiting:
        handle = waiting.pop()
        found.add(handle)
        for other in _neighbours(world, handle):
            if other is None:
                return True
            each = world.object(other.handle)
            if each.life is not Life.TRANSIENT or not each.certain:
                if state.constructed or each.life is not Life.PERSISTENT:
                    return True
            elif other.handle not in found:
                waiting.append(other.handle)
    return False


def _neighbours(world: World, handle: int) -> Iterator[Entity | None]:
    """The instances that an instance is related to, whichever of both says so."""
    state = world.object(handle)
    attributes = state.facts.attributes if state.facts is not None else {}
    mine = [value for name, value in state.values.items() if not isinstance(attributes.get(name), Column)]
    yield from _related(world, mine)
    for number, each in world.heap.items():
        if isinstance(each, ObjectState) and Entity(handle) in _related(world, each.values.values()):
            yield Entity(number)


def _related(world: World, values: Iterable[Value]) -> Iterator[Entity | None]:
    """The instances in the values of relationships; None for what cannot be seen."""
    for value in values:
        match value:
            case Const() | Scalar():
                pass
            case Entity(handle=handle):
                yield Entity(handle)
            case Tuple(items=items):
                yield from _related(world, items)
            case CollectionRef(handle=handle):
                state = world.collection(handle)
                yield from _related(world, (*state.items, *([state.each] if state.each is not None else ())))
            case _:
                yield None


def _is_apart(world: World, state: ObjectState, effect: Effect) -> bool:
    """Whether the instance's session is one that this function opened, so that no other name can mean it too."""
    if state.session is None:
        return False
    theirs = world.session(state.session)
    known = theirs.owner is Owner.LOCAL and theirs.certain and not theirs.guessed and not theirs.scoped
    if not known or theirs.openness is not Openness.OPEN:
        return False
    return effect not in TAKING or theirs.blocks > 0 or dropping.is_held(world, state.session)


def contained(world: World, session: int, value: Value, wanted: bool) -> Value:
    """`user in session`, or where `wanted` is False `user not in session`."""
    state = world.object(value.handle) if isinstance(value, Entity) and not value.optional else None
    if state is None or not _is_known(state):
        return UNKNOWN
    return Const((state.session == session and state.life is not Life.DELETED) is wanted)


def is_in(world: World, value: Value, name: str) -> Value:
    """`inspect(user).persistent` and the like."""
    state = world.object(value.handle) if isinstance(value, Entity) else None
    if state is None or name not in LIVES or not _is_known(state):
        return UNKNOWN
    return Const(state.life.value == name)


def texts_in(world: World, value: Value | None) -> tuple[str, ...] | None:
    """The names in a list or tuple; None where there is none."""
    items: tuple[Value, ...]
    match value:
        case Tuple(items=items):
            pass
        case CollectionRef(handle=handle):
            items = world.collection(handle).items
        case _:
            return None
    return tuple(item.value for item in items if isinstance(item, Const) and isinstance(item.value, str))


def _is_known(state: ObjectState) -> bool:
    return state.certain and state.life is not Life.UNKNOWN


def discard(world: World, session: int, effect: Effect, arguments: Arguments) -> None:
    """`refresh(obj)` and `expire(obj)` drop what was changed of the instance, or of what they name, before a flush."""
    given = arguments.get(0, "instance")
    if effect not in (Effect.REFRESH, Effect.EXPIRE) or not isinstance(given, Entity):
        return
    state, names = world.object(given.handle), arguments.get(1, "attribute_names")
    if state.life is not Life.PERSISTENT or state.dirty is None:
        return
    if names is not None and not state.altered <= set(texts_in(world, names) or ()):
        return
    world.update(given.handle, dirty=None)
    waiting = [each for _, each in world.objects_of(session) if each.dirty is not None or each.life is Life.PENDING]
    if state.certain and not waiting and world.session(session).owner is Owner.LOCAL:
        world.update(session, unflushed=False)
