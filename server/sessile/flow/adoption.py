"""How instances get into a session: by `add`, along with others, or unseen.

Source: https://docs.sqlalchemy.org/en/20/orm/cascades.html#save-update
"""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow import backrefs
from sessile.flow.evaluation import evaluate
from sessile.flow.using import note_write
from sessile.flow.values import CollectionRef, Entity, Tuple, Value
from sessile.flow.world import Life, ObjectState, Status
from sessile.orm.mapped import Relationship

if TYPE_CHECKING:
    from sessile.flow.machine import Machine
    from sessile.flow.values import Arguments
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


GROWING = frozenset({"append", "add", "extend", "insert", "update"})
SHRINKING = frozenset({"remove", "pop", "clear"})


def changed_in_place(
    m: Machine, world: World, ref: CollectionRef, name: str, arguments: Arguments, node: ast.Call
) -> None:
    """`user.posts.append(post)`: the collection counts as set, and the post follows its user into the session."""
    from sessile.flow import reading, rows

    found = _relationship(m, world, ref, node) if name in GROWING | SHRINKING else None
    if found is None:
        return
    owner, attribute = found
    if name in SHRINKING:
        reading.shrunk(m, world, owner, attribute, node)
        backrefs.unlinked(m, world, owner, attribute, _children(world, arguments))
        return
    rejoin(world)
    for given in arguments.positional:
        rows.related(m, world, attribute, given, node)
    state = world.object(owner.handle)
    world.update(owner.handle, attributes=MappingProxyType({**state.attributes, attribute: Status.LOADED}))
    children = _children(world, arguments)
    backrefs.linked(m, world, owner, attribute, children)
    if state.session is None or state.life not in (Life.PENDING, Life.PERSISTENT):
        return
    for child in children:
        adopt(m, world, state.session, child, node, f"added through `{attribute}`")


def _children(world: World, arguments: Arguments) -> list[Entity]:
    return [child for given in arguments.positional for child in instances(world, given)]


def _relationship(m: Machine, world: World, ref: CollectionRef, node: ast.Call) -> tuple[Entity, str] | None:
    """Whose collection this is, and its name there: as it is written, or as it was loaded, whatever it is called."""
    target = node.func.value if isinstance(node.func, ast.Attribute) else None
    if isinstance(target, ast.Attribute):
        owner = evaluate(m, target.value, world.copy())
        if isinstance(owner, Entity):
            return (owner, target.attr) if world.state(owner.handle) is not None else None
    for handle, state in world.heap.items() if not ref.copied else ():
        if isinstance(state, ObjectState) and not state.constructed:
            for name, value in state.values.items():
                if isinstance(value, CollectionRef) and value.handle == ref.handle and not value.copied:
                    return Entity(handle), name
    return None
