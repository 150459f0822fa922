"""What loads an instance again: `refresh`, a query that gives its row once more, the read of what has expired.

An attribute that a load does not name keeps what it had; what had been loaded lazily is gone after a `refresh`.
Source: https://docs.sqlalchemy.org/en/20/orm/session_state_management.html#refreshing-expiring
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow import objects
from sessile.flow.loading import (
    JOINING,
    SILENT,
    eager_strategy,
    initial_columns,
    lasting,
    outlasting,
    reapplied,
    refreshing,
    strategy,
)
from sessile.flow.records import replace
from sessile.flow.world import Status
from sessile.orm.mapped import Column, Relationship

if TYPE_CHECKING:
    from sessile.flow.machine import Machine
    from sessile.flow.story import Site
    from sessile.flow.values import Entity, LoaderOption
    from sessile.flow.world import ObjectState, World


def refreshed(m: Machine, world: World, entity: Entity, site: Site) -> None:
    """All columns and what is eager are loaded; what had been loaded lazily is not, as after `refresh`."""
    state = world.object(entity.handle)
    attributes = dict(initial_columns(state.facts, refreshing(state.options, m.version)))
    world.update(
        entity.handle,
        columns=Status.LOADED,
        relationships=Status.UNLOADED if state.relationships is not Status.UNKNOWN else Status.UNKNOWN,
        attributes=MappingProxyType(attributes),
        values=MappingProxyType({}),
        expired=None,
        kept=None,
        options=outlasting(state.options),
        overwritten=None,
    )
    objects.fill_eager(
        m, world, entity, site, options=reapplied(state.facts, lasting(outlasting(state.options)), m.version)
    )


def populated(m: Machine, world: World, entity: Entity, options: tuple[LoaderOption, ...], site: Site) -> None:
    """A query gives the row again, and everything is as that query loads it; the object keeps its own options."""
    state = world.object(entity.handle)
    world.update(
        entity.handle,
        columns=Status.LOADED,
        relationships=Status.UNLOADED,
        attributes=MappingProxyType(dict(initial_columns(state.facts, options))),
        values=MappingProxyType({}),
        expired=None,
        kept=None,
        overwritten=options,
    )
    objects.fill_eager(m, world, entity, site, options=options)


def completed(m: Machine, world: World, entity: Entity, options: tuple[LoaderOption, ...], site: Site) -> None:
    """A query gives the row again, and fills in what it loads and the object had not loaded."""
    state = world.object(entity.handle)
    attributes, values = dict(state.attributes), dict(state.values)
    missing = initial_columns(state.facts, options)
    for name, attribute in state.facts.attributes.items() if state.facts is not None else ():
        held = objects.status_of(state, name, attribute)
        if isinstance(attribute, Column) and held not in (Status.UNKNOWN, Status.LOADED) and name not in missing:
            attributes[name] = Status.LOADED
        elif isinstance(attribute, Relationship) and held is not Status.LOADED and state.facts is not None:
            chosen = eager_strategy(attribute, options)
            if chosen == "eager":
                values[name] = objects.related(m, world, replace(state, options=options), attribute, site)
            elif chosen == "noload":
                values[name] = objects.nothing(m, world, state.facts, attribute)
            if chosen != "lazy":
                attributes[name] = Status.LOADED
    world.update(entity.handle, attributes=MappingProxyType(attributes), values=MappingProxyType(values))


def refreshed_by_name(m: Machine, world: World, entity: Entity, names: tuple[str, ...], site: Site) -> None:
    """`refresh(obj, names)`: these are loaded; if they are all the columns there are, nothing is expired any more."""
    state = world.object(entity.handle)
    statuses = {**state.attributes, **dict.fromkeys(names, Status.LOADED)}
    values = {name: value for name, value in state.values.items() if name not in names}
    for name in names:
        attribute = state.facts.attributes.get(name) if state.facts is not None else None
        if isinstance(attribute, Relationship) and state.facts is not None:
            silent = eager_strategy(attribute, outlasting(state.options)) == "noload"
            values[name] = (
                objects.nothing(m, world, state.facts, attribute)
                if silent
                else objects.related(m, world, state, attribute, site)
            )
    world.update(entity.handle, attributes=MappingProxyType(statuses), values=MappingProxyType(values))
    columns = [] if state.facts is None else [column.name for column in state.facts.columns if not column.deferred]
    if columns and all(statuses.get(name) is Status.LOADED for name in columns):
        relationships = Status.UNLOADED if state.relationships is Status.EXPIRED else state.relationships
        world.update(entity.handle, columns=Status.LOADED, relationships=relationships, expired=None, kept=None)


def joined_by(m: Machine, world: World, entity: Entity, names: tuple[str, ...], site: Site) -> None:
    """What loads a relationship by its name asks for the columns that it is joined by: of an expired object the key of
    a collection is known all the same, that of a many-to-one is read, and all other columns with it."""
    state = world.object(entity.handle)
    named = [] if state.facts is None else [state.facts.attributes.get(name) for name in names]
    for attribute in [each for each in named if isinstance(each, Relationship)]:
        if state.facts is not None and objects.is_collection(m, state.facts, attribute):
            if state.columns is Status.EXPIRED:
                refreshed_by_name(m, world, entity, state.facts.primary_key, site)
            continue
        if state.columns is Status.EXPIRED:
            reloaded(m, world, entity, site)
        if strategy(attribute, state.options) not in JOINING | SILENT:
            found = {**world.object(entity.handle).attributes, **objects.keys_read(m, state, attribute)}
            world.update(entity.handle, attributes=MappingProxyType(found))


def reloaded(m: Machine, world: World, entity: Entity, site: Site) -> None:
    """An expired column was read while attached: every expired column is loaded again, eager options apply again."""
    state = world.object(entity.handle)
    attributes: dict[str, Status] = {
        name: status for name, status in state.attributes.items() if status is not Status.EXPIRED
    }
    for name, status in initial_columns(state.facts, ()).items():
        attributes.setdefault(name, status)
    relationships = Status.UNLOADED if state.relationships is Status.EXPIRED else state.relationships
    world.update(
        entity.handle,
        columns=Status.LOADED,
        relationships=relationships,
        attributes=MappingProxyType(attributes),
        expired=None,
        kept=None,
    )
    objects.fill_eager(m, world, entity, site, options=lasting(state.options))


def restored(m: Machine, world: World, entity: Entity, attribute: Column | Relationship | None, site: Site) -> None:
    """A load needs an expired column: with it comes what else is expired, all of it or what had been named.

    A column is needed by its own read, the columns that a relationship is joined by when that is loaded.
    """
    state = world.object(entity.handle)
    if state.columns is Status.EXPIRED:
        reloaded(m, world, entity, site)
        return
    expired = _expired_columns(state)
    if isinstance(attribute, Relationship) and state.facts is not None:
        if strategy(attribute, state.options) in SILENT:
            return
        many = objects.is_collection(m, state.facts, attribute)
        needed = set(state.facts.primary_key if many else objects.keys_read(m, state, attribute))
    else:
        needed = set() if attribute is None else {attribute.name}
    if expired & needed:
        world.update(
            entity.handle, attributes=MappingProxyType({**state.attributes, **dict.fromkeys(expired, Status.LOADED)})
        )


def _expired_columns(state: ObjectState) -> set[str]:
    """The columns that were expired by name, but for deferred ones, which are loaded one by one."""
    columns = () if state.facts is None else state.facts.columns
    return {each.name for each in columns if state.attributes.get(each.name) is Status.EXPIRED and not each.deferred}
