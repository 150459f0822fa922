"""How instances get into a session: by `add`, along with others, or unseen.

Source: https://docs.sqlalchemy.org/en/20/orm/cascades.html#save-update
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.using import note_write
from sessile.flow.values import CollectionRef, Entity, Tuple, Value
from sessile.flow.world import Life, ObjectState
from sessile.orm.mapped import Relationship

if TYPE_CHECKING:
    import ast

    from sessile.flow.machine import Machine
    from sessile.flow.world import World


def instances(world: World, value: Value | None) -> list[Entity]:
    """The mapped instances in an argument: one, or those of a list or tuple."""
    match value:
        case Entity():
            return [value]
        case Tuple(items=items):
            return [item for item in items if isinstance(item, Entity)]
        case CollectionRef(handle=handle):
            state = world.collection(handle)
            found = [*state.items, *state.known.values(), *([state.each] if state.each is not None else [])]
            return [item for item in found if isinstance(item, Entity)]
    return []


def adopt(m: Machine, world: World, handle: int, entity: Entity, node: ast.AST, text: str) -> None:
    """Make an object, and the objects it was built with, part of a session."""
    state = world.object(entity.handle)
    site = m.site(world, node)
    if state.life is Life.TRANSIENT:
        world.update(entity.handle, life=Life.PENDING, session=handle)
        m.tell(world, entity.handle, site, text)
        note_write(world, handle, site, f"`{_name(state)}` is added")
        for value in state.values.values():
            for child in instances(world, value):
                if world.object(child.handle).life is Life.TRANSIENT:
                    adopt(m, world, handle, child, node, "added with its parent")
    elif state.life is Life.DETACHED and not state.deleted:
        joins(m, world, handle, entity, node)
    elif state.life is Life.UNKNOWN:
        world.update(entity.handle, session=handle)
        m.tell(world, entity.handle, site, text)
        world.update(handle, unflushed=True, begun=True)


def joins(m: Machine, world: World, handle: int, entity: Entity, node: ast.AST) -> None:
    """A detached object is attached again, and takes along those that it knows through its relationships."""
    state = world.object(entity.handle)
    site = m.site(world, node)
    world.update(entity.handle, life=Life.PERSISTENT, session=handle, detached=None)
    m.tell(world, entity.handle, site, "joins this session")
    if state.dirty is not None:
        note_write(world, handle, site, f"`{_name(state)}` is added")
    if state.facts is None or any(isinstance(each, Relationship) for each in state.facts.attributes.values()):
        perhaps_added(world, Life.DETACHED)


def _name(state: object) -> str:
    facts = getattr(state, "facts", None)
    return facts.name if facts is not None else "an object"


def perhaps_added(world: World, *lives: Life) -> None:
    """Something out of sight is added to a session, or takes others along: any instance may have got into one."""
    for handle, state in list(world.heap.items()):
        if isinstance(state, ObjectState) and state.life in lives:
            world.update(handle, certain=False)


def rejoin(world: World) -> None:
    """Something is added or changed: it may take those along that were expunged before."""
    for handle, state in list(world.heap.items()):
        if isinstance(state, ObjectState) and state.apart:
            world.update(handle, apart=False)
