"""Elements that a loop takes out by names of its own: `users[index]`, `by_id[key]`, `users.pop()`.

A collection remembers what was taken out of it by a key, so that the same key gives the same object. In the next turn
of a loop that binds a name of the key, it means another element. What the first turn took stands for all of them then,
and what became of it has become of every element once the loop is over.
"""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow.items import mark
from sessile.flow.objects import forget
from sessile.flow.once import once
from sessile.flow.values import Entity, Row, Tuple, Value
from sessile.flow.world import CollectionState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.values import CollectionRef
    from sessile.flow.world import World

Loop = ast.For | ast.AsyncFor | ast.While
#: Ends the keys of what an earlier turn took out.
BEFORE = " before"
POPPED = "pop"


def taken(world: World, ref: CollectionRef, key: str, value: Value) -> None:
    """Remember what was taken out by a key, as an element of the loop that binds a name of the key."""
    state = world.collection(ref.handle)
    world.update(ref.handle, known=MappingProxyType({**state.known, key: value}))
    for turn in reversed(world.frame.loops):
        loop = turn.site.node
        if isinstance(loop, Loop) and _is_of(key, loop) and counted(loop) is None:
            mark(world, value, turn.site)
            return


def popped(world: World, ref: CollectionRef, value: Value) -> None:
    """Remember what a `while` loop takes out of a list one after the other."""
    turn = world.frame.loops[-1] if world.frame.loops else None
    if turn is not None and isinstance(turn.site.node, ast.While):
        taken(world, ref, _popped_in(turn.site.node), value)


def turned(world: World, loop: Loop) -> None:
    """A turn is over."""
    for handle, state in _remembering(world):
        mine = [key for key in state.known if _is_of(key, loop)]
        if mine:
            known = {key: value for key, value in state.known.items() if key not in mine}
            for key in mine:
                known.setdefault(key + BEFORE, state.known[key])
            world.update(handle, known=MappingProxyType(known))


def earlier(world: World, loop: Loop) -> tuple[Value, ...]:
    """What earlier turns took out."""
    return tuple(state.known[key] for _, state in _remembering(world) for key in _before(state, loop))


def ended(world: World, loop: Loop) -> None:
    """The loop is over: `each` is in the state of what the first turn took out, or may be, if that was not all."""
    whole = _goes_over_all(loop)
    for handle, state in _remembering(world):
        first = {key.removesuffix(BEFORE): state.known[key] for key in _before(state, loop)}
        for key, value in state.known.items():
            if _is_of(key, loop):
                first.setdefault(key, value)
        for model in first.values():
            settled(world, state.each, model, whole)
        if first:
            known = {key: value for key, value in state.known.items() if key not in _before(state, loop)}
            world.update(handle, known=MappingProxyType(known))


def settled(world: World, target: Value | None, model: Value, certain: bool = True) -> None:
    """Bring an element into the state of its like; not `certain`: it may be in that state."""
    match target, model:
        case Entity(handle=to), Entity(handle=of) if certain:
            world.heap[to] = world.object(of)
        case Entity(handle=to), Entity(handle=of) if world.object(to) != world.object(of):
            forget(world, to)
        case (Row(items=targets), Row(items=models)) | (Tuple(items=targets), Tuple(items=models)):
            for one, other in zip(targets, models, strict=False):
                settled(world, one, other, certain)


def counted(loop: ast.AST) -> int | None:
    """How many turns a loop over `range(3)` or `range(1, 4)` has."""
    match loop:
        case ast.For(iter=ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int() as stop)])):
            return max(stop, 0)
        case ast.For(
            iter=ast.Call(
                func=ast.Name(id="range"), args=[ast.Constant(value=int() as start), ast.Constant(value=int() as stop)]
            )
        ):
            return max(stop - start, 0)
    return None


def indexed(world: World, loop: Loop) -> Value | None:
    """The collection whose indices a loop goes over: `for index in range(len(users))`."""
    match loop:
        case ast.For(
            iter=ast.Call(func=ast.Name(id="range"), args=[ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)])])
        ):
            return world.lookup(name)
    return None


def _remembering(world: World) -> Iterator[tuple[int, CollectionState]]:
    for handle, state in list(world.heap.items()):
        if isinstance(state, CollectionState) and state.each is not None and state.known:
            yield handle, state


def _before(state: CollectionState, loop: Loop) -> list[str]:
    return [key for key in state.known if key.endswith(BEFORE) and _is_of(key.removesuffix(BEFORE), loop)]


def _is_of(key: str, loop: Loop) -> bool:
    """Whether a key means something else in each turn of a loop."""
    if key.endswith(BEFORE):
        return False
    return key == _popped_in(loop) or any(f"Name(id='{name}'" in key for name in _bound(loop))


def _popped_in(loop: Loop) -> str:
    return f"{POPPED} {loop.lineno}:{loop.col_offset}"


@once
def _bound(loop: Loop) -> frozenset[str]:
    names = (node for node in ast.walk(loop) if isinstance(node, ast.Name))
    return frozenset(node.id for node in names if isinstance(node.ctx, ast.Store))


@once
def _goes_over_all(loop: Loop) -> bool:
    """Whether what is taken out by a key is each element in turn: the collection stands where the loop begins."""
    head = ast.dump(loop.test if isinstance(loop, ast.While) else loop.iter)
    bases = [ast.dump(node.value) for node in ast.walk(loop) if isinstance(node, ast.Subscript) and _is_own(node, loop)]
    return all(base in head for base in bases)


def _is_own(node: ast.Subscript, loop: Loop) -> bool:
    return _is_of(ast.dump(node.slice), loop)
