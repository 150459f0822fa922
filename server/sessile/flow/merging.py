"""`merge`: the session's own copy of an instance, loaded from its row or, where there is none, new.

Source: https://docs.sqlalchemy.org/en/20/orm/session_state_management.html#merging
"""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow import objects
from sessile.flow.using import note_write
from sessile.flow.values import Entity, Value
from sessile.flow.world import Life, Owner, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessile.flow.machine import Machine
    from sessile.flow.world import ObjectState, World


def is_own(world: World, session: int, value: Value) -> bool:
    """Whether an instance is merged into the session that has it, which gives it back and needs no transaction."""
    if not isinstance(value, Entity):
        return False
    state = world.object(value.handle)
    attached = state.life is Life.PERSISTENT and state.session == session and state.certain
    return attached and state.dirty is None and world.session(session).unflushed is False


def merge(m: Machine, world: World, session: int, given: Value | None, node: ast.Call) -> Value:
    """The copy, and what is to be written for it."""
    site = m.site(world, node)
    state = world.object(given.handle) if isinstance(given, Entity) else None
    if isinstance(given, Entity) and state is not None and state.session == session:
        return given
    facts = state.facts if state is not None else None
    if state is not None and (state.life is Life.TRANSIENT or state.dirty is not None):
        note_write(world, session, site, f"`{facts.name if facts is not None else 'an object'}` is merged")
    elif (state is None or state.life is not Life.DETACHED) and is_ignored(world, node):
        note_write(world, session, site, "an object is merged", certain=False)
    if state is not None and _is_new(state):
        return objects.copied(m, world, state, session, site)
    known = state is not None and state.certain and state.life is not Life.UNKNOWN and facts is not None
    held = {each.facts for _, each in world.objects_of(session)}
    alone = known and not held & {facts, None} and world.session(session).owner is not Owner.CALLER
    merged = objects.load(m, world, facts, session, site, how="merged")
    own = world.object(merged.handle)
    if state is not None and alone:
        world.update(merged.handle, attributes=MappingProxyType(_merged(own.attributes, state)))
    else:
        unloaded = dict.fromkeys(own.attributes, Status.UNKNOWN)
        left = _left_out(world, session, own, state) if state is not None and known else {}
        attributes = MappingProxyType({**unloaded, **left})
        world.update(merged.handle, relationships=Status.UNKNOWN, attributes=attributes)
    if state is not None and known:
        world.update(merged.handle, options=state.options, options_known=state.options_known)
    if state is not None and state.life is Life.TRANSIENT:
        altered = frozenset(name for name, status in state.attributes.items() if status is Status.LOADED)
        world.update(merged.handle, perhaps_new=True, dirty=site, altered=altered)
    if state is None or state.life is Life.UNKNOWN:
        world.update(merged.handle, certain=False)
    return merged


def _left_out(world: World, session: int, own: ObjectState, given: ObjectState) -> dict[str, Status]:
    """The relationships that are not loaded, whether the copy is a new one or an object that the session holds."""
    held = [each for _, each in world.objects_of(session) if each.facts in (own.facts, None)]
    if own.facts is None or world.session(session).owner is Owner.CALLER:
        return {}
    alike = [own, given, *held]
    return {
        item.name: Status.UNLOADED
        for item in own.facts.relationships
        if all(objects.status_of(each, item.name, item) is Status.UNLOADED and each.certain for each in alike)
    }


def _merged(attributes: Mapping[str, Status], given: ObjectState) -> dict[str, Status]:
    """What is loaded of a copy: what its row gives, and what the given instance had; a cascade may leave that out."""
    facts = given.facts
    related = {each.name for each in facts.relationships} if facts is not None else set()
    had = {
        name: Status.UNKNOWN if name in related else status
        for name, status in given.attributes.items()
        if status is Status.LOADED
    }
    return {**attributes, **had}


def _is_new(state: ObjectState) -> bool:
    """Whether an instance has no key yet, so that the database cannot have its row."""
    keys = state.facts.primary_key if state.facts is not None else ()
    return state.life is Life.TRANSIENT and state.certain and bool(keys) and not set(keys) & set(state.attributes)


def is_ignored(world: World, node: ast.Call) -> bool:
    """Whether a call is a statement of its own, so that nobody has what it gives."""
    return any(
        isinstance(each, ast.Expr) and node in (each.value, getattr(each.value, "value", None))
        for each in ast.walk(world.frame.scope.node)
    )
