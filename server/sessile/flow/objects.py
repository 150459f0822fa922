"""Mapped instances: how they come to be, what their attributes hold, what reading and writing them does.

The semantics are SQLAlchemy's; every sentence of the tests in `tests/semantics` that concerns objects is decided here.
Source: https://docs.sqlalchemy.org/en/20/orm/session_state_management.html
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow.cycles import eagerly, leads_back
from sessile.flow.loading import (
    UNSEEN,
    child_options,
    eager_strategy,
    heeded,
    initial_columns,
    outlasting,
    strategy,
)
from sessile.flow.records import replace
from sessile.flow.story import Step
from sessile.flow.values import NONE, SCALAR, UNKNOWN, CollectionRef, Entity, Value
from sessile.flow.world import CollectionState, Life, ObjectState, SessionState, Status, World
from sessile.orm.linking import direction, foreign_key, is_many
from sessile.orm.mapped import Column, Relationship

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessile.flow.machine import Machine
    from sessile.flow.story import Site
    from sessile.flow.values import LoaderOption, Statement
    from sessile.orm.mapped import ClassFacts

#: Relationships are followed this deep when eager loading fills them.
EAGER_DEPTH = 3


def load(
    m: Machine,
    world: World,
    facts: ClassFacts | None,
    session: int | None,
    site: Site,
    statement: Statement | None = None,
    options: tuple[LoaderOption, ...] = (),
    how: str = "loaded",
    depth: int = 0,
    through: tuple[ObjectState, str] | None = None,
) -> Entity:
    """An instance as a query gives it: persistent, columns loaded, relationships as the mapping and options say.

    `through`: the instance by whose relationship it is reached; what is not known of its options may be of this one's.
    """
    options = heeded(facts, options, m.version)
    attributes: dict[str, Status] = dict(initial_columns(facts, options))
    known = (statement is None or statement.known_options) and (through is None or through[0].options_known)
    state = ObjectState(
        facts,
        Life.PERSISTENT if session is not None else Life.UNKNOWN,
        session,
        options_known=known and UNSEEN not in options,
        attributes=MappingProxyType(attributes),
        options=options,
        statement=statement,
        through=through,
        story=(Step(site, how),),
    )
    entity = Entity(m.new(world, state))
    if facts is not None and depth < EAGER_DEPTH:
        fill_eager(m, world, entity, site, depth)
    return entity


def fill_eager(
    m: Machine,
    world: World,
    entity: Entity,
    site: Site,
    depth: int = 0,
    options: tuple[LoaderOption, ...] | None = None,
) -> None:
    """Set the relationships that the mapping or the options load together with the instance."""
    state = world.object(entity.handle)
    facts = state.facts
    if facts is None:
        return
    whole = options is None and state.statement is not None and "from_statement" in state.statement.chain
    state = state if options is None else replace(state, options=options)
    attributes, values = dict(state.attributes), dict(state.values)
    for name, attribute in facts.attributes.items():
        if not isinstance(attribute, Relationship):
            continue
        chosen = eager_strategy(attribute, state.options, whole=whole)
        if chosen == "eager":
            attributes[name] = _eagerly(m, state, attribute, depth if options is None else None)
            if strategy(attribute, state.options) in ("immediate", "immediateload"):
                attributes.update(keys_read(m, state, attribute))
            if attributes[name] is Status.LOADED:
                values[name] = related(m, world, state, attribute, site, depth + 1)
        elif chosen == "noload":
            values[name] = nothing(m, world, facts, attribute)
            attributes[name] = Status.LOADED
    world.update(entity.handle, attributes=MappingProxyType(attributes), values=MappingProxyType(values))


def _eagerly(m: Machine, state: ObjectState, attribute: Relationship, depth: int | None) -> Status:
    target, many = target_of(m, state.facts, attribute), is_collection(m, state.facts, attribute)
    return eagerly(state, attribute, target, many, depth)


def keys_read(m: Machine, state: ObjectState, attribute: Relationship) -> dict[str, Status]:
    """What loads a many-to-one for itself reads its key first, so that a column which the query left out is loaded."""
    facts, target = state.facts, target_of(m, state.facts, attribute)
    if facts is None or target is None or not is_many_to_one(m, facts, attribute):
        return {}
    key = foreign_key(facts, attribute, target)
    if key is not None:
        return {key: Status.LOADED}
    keys = [each.name for each in facts.columns if each.foreign_key is not None]
    return {name: Status.UNKNOWN for name in keys if state.attributes.get(name) is Status.DEFERRED}


def nothing(m: Machine, world: World, owner: ClassFacts, attribute: Relationship) -> Value:
    many = is_collection(m, owner, attribute)
    return UNKNOWN if many is None else CollectionRef(m.new(world, CollectionState("list"))) if many else NONE


def related(m: Machine, world: World, state: ObjectState, attribute: Relationship, site: Site, depth: int = 0) -> Value:
    """What a relationship holds once it is loaded: the target, or a collection of it."""
    facts = target_of(m, state.facts, attribute)
    options = child_options(state.options, attribute.name)
    many = is_collection(m, state.facts, attribute)
    if state.through is not None and many is False and leads_back(state, attribute):
        options = options or state.through[0].options  # it is the instance that is there already
    how = f"loaded through `{attribute.name}`"
    way = (state, attribute.name)
    target = load(m, world, facts, state.session, site, None, options, how, depth, through=way)
    if many and state.constructed:  # the rows of a new instance are new as well, if there are any
        world.update(target.handle, certain=False)
    if many:
        return CollectionRef(m.new(world, CollectionState("list", each=target)))
    if many is None:
        return UNKNOWN
    return replace(target, optional=True)


def is_collection(m: Machine, owner: ClassFacts | None, attribute: Relationship) -> bool | None:
    """Whether a relationship is a collection, by what it says or by the foreign keys; None where neither tells."""
    if attribute.many is not None or owner is None:
        return attribute.many
    return is_many(owner, attribute, target_of(m, owner, attribute))


def is_many_to_one(m: Machine, owner: ClassFacts | None, attribute: object) -> bool:
    """Whether an attribute is a relationship whose foreign key its own class holds, or, where no key tells, no
    collection."""
    if not isinstance(attribute, Relationship) or owner is None:
        return False
    found = direction(owner, attribute, target_of(m, owner, attribute))
    return found == "many_to_one" if found is not None else is_collection(m, owner, attribute) is False


def target_of(m: Machine, owner: ClassFacts | None, attribute: Relationship) -> ClassFacts | None:
    """The mapped class a relationship leads to, found by its name."""
    from sessile.flow.names import find_class

    if owner is None or attribute.target is None:
        return None
    return find_class(m, owner, attribute.target)


def create(m: Machine, world: World, facts: ClassFacts, keywords: Mapping[str, Value], site: Site) -> Entity:
    """A new instance: what the constructor sets is loaded, the rest reads as None until the first flush."""
    statuses = dict.fromkeys(keywords, Status.LOADED)
    state = ObjectState(
        facts,
        Life.TRANSIENT,
        constructed=True,
        attributes=MappingProxyType(statuses),
        values=MappingProxyType({k: v for k, v in keywords.items() if not isinstance(v, type(SCALAR))}),
        story=(Step(site, "created"),),
    )
    return Entity(m.new(world, state))


def copied(m: Machine, world: World, state: ObjectState, session: int, site: Site) -> Entity:
    """What `merge` makes of a new instance: another one, pending."""
    story = (Step(site, "merged as a new instance"),)
    return Entity(m.new(world, replace(state, life=Life.PENDING, session=session, story=story)))


def unseen(m: Machine, world: World, facts: ClassFacts | None, site: Site, how: str) -> Entity:
    """An instance that comes from out of sight, such as a parameter."""
    state = ObjectState(
        facts, Life.UNKNOWN, None, Status.UNKNOWN, Status.UNKNOWN, certain=False, story=(Step(site, how),)
    )
    return Entity(m.new(world, state))


def status_of(state: ObjectState, name: str, attribute: object) -> Status:
    """Whether the attribute's value is in memory."""
    if name in state.attributes:
        return state.attributes[name]
    return state.relationships if isinstance(attribute, Relationship) else state.columns


def expire(world: World, handle: int, step: Step, names: tuple[str, ...] | None = None, certain: bool = True) -> None:
    """Mark all attributes, or those named, as expired."""
    state = world.object(handle)
    if names is None:
        world.update(
            handle,
            columns=Status.EXPIRED,
            relationships=Status.EXPIRED,
            attributes=MappingProxyType({}),
            values=MappingProxyType({}),
            expired=step,
            kept=None if certain else state,
            refreshed=False,
            dirty=None if certain else state.dirty,
            options=outlasting(state.options),
            overwritten=None,
        )
    else:
        attributes = {**state.attributes, **dict.fromkeys(names, Status.EXPIRED)}
        values = {name: value for name, value in state.values.items() if name not in names}
        world.update(handle, attributes=MappingProxyType(attributes), values=MappingProxyType(values), expired=step)


def detach(world: World, handle: int, step: Step) -> None:
    """The object's session ended, or it was expunged: what is loaded stays readable."""
    state = world.object(handle)
    life = Life.TRANSIENT if state.life in (Life.PENDING, Life.TRANSIENT) else Life.DETACHED
    world.update(handle, life=life, session=None, detached=step, deleted=state.life is Life.DELETED)


def cut_loose(world: World, handle: int, step: Step, detached: bool) -> None:
    """`make_transient` and `make_transient_to_detached`: what is not loaded reads as None, or is expired.

    Source: https://docs.sqlalchemy.org/en/20/orm/session_api.html#sqlalchemy.orm.make_transient
    """
    life = Life.DETACHED if detached else Life.TRANSIENT
    world.update(handle, life=life, session=None, dirty=None, new=False, deleted=False)
    if detached:
        loaded = {name: status for name, status in world.object(handle).attributes.items() if status is Status.LOADED}
        expire(world, handle, step)
        world.update(handle, attributes=MappingProxyType(loaded), detached=step)


def forget(world: World, handle: int) -> None:
    """Something out of sight may have done anything with the object: nothing certain is left to say."""
    state = world.object(handle)
    if state.life is Life.TRANSIENT:
        world.update(handle, life=Life.UNKNOWN)
        state = world.object(handle)
    if state.life is Life.DETACHED:
        attributes = {
            name: Status.UNKNOWN if status is not Status.LOADED else status for name, status in state.attributes.items()
        }
        world.update(handle, attributes=MappingProxyType(attributes), certain=False)
        return
    world.update(
        handle,
        columns=Status.UNKNOWN,
        relationships=Status.UNKNOWN,
        attributes=MappingProxyType({}),
        values=MappingProxyType({}),
        certain=False,
    )


def attribute_value(m: Machine, world: World, entity: Entity, name: str, attribute: object, site: Site) -> Value:
    """The value of an attribute that is in memory."""
    state = world.object(entity.handle)
    if name in state.values:
        return state.values[name]
    if isinstance(attribute, Relationship):
        value = related(m, world, state, attribute, site)
        world.update(entity.handle, values=MappingProxyType({**state.values, name: value}))
        return value
    return SCALAR if isinstance(attribute, Column) else UNKNOWN


def session_of(world: World, state: ObjectState) -> SessionState | None:
    """The state of the session that an object belongs to."""
    if state.session is None:
        return None
    found = world.state(state.session)
    return found if isinstance(found, SessionState) else None
