"""What is known of a value, in words: for hover and `sessile explain`. Lines are those of the file as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.values import (
    CollectionRef,
    Coroutine,
    Entity,
    Factory,
    Query,
    ResultRef,
    Row,
    SessionRef,
    Statement,
    Value,
)
from sessile.flow.world import Life, ObjectState, Openness, SessionState, Status, World
from sessile.orm.mapped import Column, Relationship

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessile.flow.story import Site, Step

Place = "Callable[[Site], str]"
#: Attributes named one by one; more of them are counted.
NAMED = 4


def describe(world: World, value: Value, place: Callable[[Site], str]) -> str | None:
    """One sentence about a value, None where nothing of interest is known. `place` words a site: "line 12"."""
    match value:
        case Entity(handle=handle, optional=optional):
            return ("None, or " if optional else "") + _object(world.object(handle), place)
        case SessionRef(handle=handle):
            return _session(world.session(handle), place)
        case CollectionRef(handle=handle):
            return _collection(world, handle, place)
        case Row(items=items, names=names):
            inside = ", ".join(name or "a column" for name in names) or f"{len(items)} columns"
            return f"Row of ({inside}): its items are read by position or by these names"
        case ResultRef(handle=handle):
            state = world.result(handle)
            kind = {"rows": "Result of Rows", "scalars": "ScalarResult", "mappings": "MappingResult"}[state.shape]
            return kind + (f", consumed at {place(state.consumed_at)}" if state.consumed_at is not None else "")
        case Statement(kind=kind):
            return f"{kind.upper()} statement"
        case Query():
            return "Query: it runs when its rows are asked for"
        case Factory(options=options, asynchronous=asynchronous):
            kind = "AsyncSession" if asynchronous else "Session"
            return f"factory of {kind}, expire_on_commit={_option(options.expire_on_commit)}"
        case Coroutine():
            return "coroutine that was not awaited"
    return None


def _option(value: bool | None) -> str:
    return "unknown" if value is None else str(value)


def _object(state: ObjectState, place: Callable[[Site], str]) -> str:
    name = state.facts.name if state.facts is not None else "mapped instance"
    if state.life is Life.UNKNOWN:
        return f"{name} that comes from out of sight, in a state that is not known"
    parts = [f"{name}, {state.life.value}"]
    if state.life is Life.DETACHED and state.detached is not None:
        parts[0] += f" since {place(state.detached.site)}"
    if state.columns is Status.EXPIRED:
        how = _when(state.expired, place)
        parts.append(f"all columns expired{how}")
    elif (names := _named(state, Column, Status.EXPIRED)) is not None:
        parts.append(f"{names} expired")
    if (names := _named(state, Column, Status.DEFERRED)) is not None:
        parts.append(f"{names} not loaded")
    if (names := _named(state, Relationship, Status.LOADED)) is not None:
        parts.append(f"{names} loaded")
    missing = [status for status in (Status.UNLOADED, Status.EXPIRED) if _named(state, Relationship, status)]
    if missing and state.life in (Life.PERSISTENT, Life.DETACHED):
        parts.append(f"{_named(state, Relationship, missing[0])} not loaded")
    return ", ".join(parts) + ("" if state.certain else " (as far as can be seen)")


def _when(step: Step | None, place: Callable[[Site], str]) -> str:
    return f" {step.text.removeprefix('expired ')} at {place(step.site)}" if step is not None else ""


def _named(state: ObjectState, kind: type[Column | Relationship], status: Status) -> str | None:
    base = state.columns if kind is Column else state.relationships
    names = [
        f"`{name}`"
        for name, item in (state.facts.attributes.items() if state.facts is not None else ())
        if isinstance(item, kind) and state.attributes.get(name, base) is status
    ]
    if not names:
        return None
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _session(state: SessionState, place: Callable[[Site], str]) -> str:
    kind = "AsyncSession" if state.asynchronous else "Session"
    parts = [kind]
    if state.openness is Openness.CLOSED and state.ended is not None:
        parts.append(f"{state.ended.text} at {place(state.ended.site)}")
    elif state.openness is Openness.OPEN:
        parts.append(f"open since {place(state.site)}" if state.site is not None else "open")
    else:
        parts.append("opened out of sight")
    parts.append(f"expire_on_commit={_option(state.options.expire_on_commit)}")
    if state.dirty and state.writes:
        parts.append(f"uncommitted: {state.writes[0].text} at {place(state.writes[0].site)}")
    if state.broken and state.failed is not None:
        parts.append(f"needs rollback() since the flush at {place(state.failed)} failed")
    return ", ".join(parts)


def _collection(world: World, handle: int, place: Callable[[Site], str]) -> str | None:
    state = world.collection(handle)
    inner = state.each if state.each is not None else (state.items[0] if state.items else None)
    said = describe(world, inner, place) if inner is not None else None
    return f"{state.kind} of: {said}" if said is not None else None


def brief(world: World, value: Value) -> str | None:
    """What somebody has to know of an object, a session or a collection, in a few words: "detached, all columns
    expired". Empty where it can be used without a thought, None where its state is not known."""
    match value:
        case Entity(handle=handle):
            return _brief_object(world.object(handle))
        case SessionRef(handle=handle):
            session = world.session(handle)
            closed = session.openness is Openness.CLOSED
            return None if closed and not session.certain else "closed" if closed else ""
        case CollectionRef(handle=handle):
            collection = world.collection(handle)
            inside = [*collection.items, *filter(None, (collection.each,))]
            said = {brief(world, each) for each in inside}
            return said.pop() if len(said) == 1 else None
    return None


def _brief_object(state: ObjectState) -> str | None:
    doubtful = not state.certain or state.kept is not None or _named(state, Column, Status.UNKNOWN) is not None
    if state.life is Life.UNKNOWN or doubtful:
        return None
    detached = state.life is Life.DETACHED
    if state.life is not Life.PERSISTENT and not detached:
        return ""
    loaded = _named(state, Column, Status.LOADED)
    some = _named(state, Column, Status.EXPIRED)
    if state.columns is Status.EXPIRED and loaded is None:
        return "detached, all columns expired" if detached else "expired"
    parts = ["detached"] if detached else []
    return ", ".join([*parts, f"{some} expired"] if some is not None else parts)


def cause(world: World, value: Value) -> Site | None:
    """The place that made what `brief` says of a value true."""
    match value:
        case Entity(handle=handle):
            state = world.object(handle)
            step = state.detached if state.life is Life.DETACHED else state.expired
        case SessionRef(handle=handle):
            step = world.session(handle).ended
        case CollectionRef(handle=handle):
            collection = world.collection(handle)
            inside = collection.each or next(iter(collection.items), None)
            return cause(world, inside) if inside is not None else None
        case _:
            return None
    return step.site if step is not None else None


def story_of(world: World, value: Value) -> tuple[Step, ...]:
    """The changes in the life of an object or session."""
    match value:
        case Entity(handle=handle):
            return world.object(handle).story
        case SessionRef(handle=handle):
            return world.session(handle).story
        case CollectionRef(handle=handle):
            state = world.collection(handle)
            return story_of(world, state.each) if state.each is not None else ()
    return ()
