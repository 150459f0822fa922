"""Lists, sets and dicts: what they hold and what their methods do.

`each` of a collection stands for any number of elements in the same state. Whoever takes one out gets an object of its
own, so that refreshing one element does not refresh the others, while a commit expires them all.
"""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow.records import replace
from sessile.flow.scalars import SAFE
from sessile.flow.turns import popped, taken
from sessile.flow.values import (
    NONE,
    SCALAR,
    UNKNOWN,
    CollectionRef,
    Const,
    Entity,
    Row,
    Tuple,
    Value,
)
from sessile.flow.world import CollectionState, World

if TYPE_CHECKING:
    from sessile.flow.machine import Machine
    from sessile.flow.values import Arguments

#: Elements remembered one by one.
REMEMBERED = 4
GIVES_SAME = frozenset({"copy", "union", "intersection", "difference", "symmetric_difference"})


def fresh(m: Machine, world: World, value: Value) -> Value:
    """One element out of many: an object of its own in the state of its like."""
    match value:
        case Entity(handle=handle, optional=optional):
            return Entity(m.new(world, world.object(handle)), optional)
        case Row(items=items):
            return replace(value, items=tuple(fresh(m, world, item) for item in items))
        case Tuple(items=items):
            return Tuple(tuple(fresh(m, world, item) for item in items))
    return value


def is_literal(state: CollectionState, keys: bool = False) -> bool:
    """Whether all values (or all keys) stand in the program itself, and nothing was added at run time."""
    if state.each is not None:
        return False
    if keys and state.kind == "dict":
        return bool(state.known) and all(key[:1] in "'\"-0123456789" for key in state.known)
    return bool(state.items) and all(isinstance(item, Const) for item in state.items)


def element(m: Machine, world: World, ref: CollectionRef, node: ast.expr, index: Value) -> Value:
    """`collection[index]`; the same key gives the same object again."""
    state = world.collection(ref.handle)
    if isinstance(node, ast.Slice):
        return replace(ref, copied=True)
    if ref.view:
        return _viewed(m, world, ref, index)
    key = repr(index.value) if isinstance(index, Const) else ast.dump(node)
    if key in state.known:
        return state.known[key]
    position = index.value if isinstance(index, Const) else None
    if state.kind == "list" and isinstance(position, int) and -len(state.items) <= position < len(state.items):
        return state.items[position]
    if state.each is None and position is None and is_literal(state):
        return SAFE
    if state.each is None:
        if state.kind == "list" and not state.items and not state.known:  # it is empty, or was filled out of sight
            world.doubtful = True
        return state.items[-1] if state.items and position is None else UNKNOWN
    found = fresh(m, world, state.each)
    taken(world, ref, key, found)
    return found


def nth(m: Machine, world: World, ref: CollectionRef, number: int) -> Value:
    """The element of that number in a loop; of the items of a dict a pair of its key and itself."""
    state = world.collection(ref.handle)
    if state.each is not None:
        found = fresh(m, world, state.each)
    else:
        found = state.items[number] if number < len(state.items) else UNKNOWN
    return Tuple((SCALAR, found)) if ref.view == "items" else found


def _viewed(m: Machine, world: World, ref: CollectionRef, index: Value) -> Value:
    """`list(by_id.values())[0]`."""
    position = index.value if isinstance(index, Const) else None
    return nth(m, world, ref, position) if isinstance(position, int) and position >= 0 else UNKNOWN


def append(m: Machine, world: World, ref: CollectionRef, value: Value) -> None:
    """Put one more element in."""
    state = world.collection(ref.handle)
    if value in state.items:
        return
    world.update(ref.handle, items=(*state.items[-REMEMBERED:], value))


def call_collection(
    m: Machine, world: World, ref: CollectionRef, name: str, arguments: Arguments, node: ast.Call
) -> Value:
    """Call a method of a list, set or dict."""
    state = world.collection(ref.handle)
    match name:
        case "append" | "add" | "appendleft" | "put" | "put_nowait" | "set":
            for value in arguments.positional[:1]:
                append(m, world, ref, value)
            return NONE
        case "insert":
            for value in arguments.positional[1:2]:
                append(m, world, ref, value)
            return NONE
        case "extend" | "update":
            for value in arguments.positional[:1]:
                _extend(m, world, ref, value)
            return NONE
        case "pop" | "get" | "setdefault" | "popleft":
            return _taken(m, world, ref, arguments, node, name)
        case "values" | "items":
            return replace(ref, view=name)
        case "clear" | "remove" | "sort" | "reverse" | "discard":
            return NONE
        case _ if name in GIVES_SAME:
            return replace(ref, copied=True)
        case "keys":
            each = SAFE if is_literal(state, keys=True) else SCALAR
            return CollectionRef(m.new(world, CollectionState("list", each=each)))
        case "index" | "count" | "join":
            return SCALAR
    return UNKNOWN


def _taken(m: Machine, world: World, ref: CollectionRef, arguments: Arguments, node: ast.Call, name: str) -> Value:
    state = world.collection(ref.handle)
    if state.kind == "dict" and node.args:
        index = arguments.positional[0] if arguments.positional else UNKNOWN
        key = repr(index.value) if isinstance(index, Const) else ast.dump(node.args[0])
        if key in state.known:
            if name == "pop":
                _take_out(world, ref, key)
            return state.known[key]
        if name == "setdefault" and len(arguments.positional) > 1:
            world.update(ref.handle, known=MappingProxyType({**state.known, key: arguments.positional[1]}))
            return arguments.positional[1]
        fallback = arguments.positional[1] if len(arguments.positional) > 1 else NONE
        return SAFE if is_literal(state) and (isinstance(fallback, Const) or fallback == SAFE) else UNKNOWN
    if state.each is not None:
        found = fresh(m, world, state.each)
        if name != "get":
            popped(world, ref, found)
        return found
    return state.items[-1] if state.items else UNKNOWN


def _take_out(world: World, ref: CollectionRef, key: str) -> None:
    state = world.collection(ref.handle)
    rest = {name: value for name, value in state.known.items() if name != key}
    closed = len(state.known) == len(state.items)
    world.update(ref.handle, known=MappingProxyType(rest), items=tuple(rest.values()) if closed else state.items)


def _extend(m: Machine, world: World, ref: CollectionRef, value: Value) -> None:
    match value:
        case Tuple(items=items):
            for item in items:
                append(m, world, ref, item)
        case CollectionRef(handle=handle):
            other = world.collection(handle)
            for item in other.items:
                append(m, world, ref, item)
            if other.each is not None:
                world.update(ref.handle, each=other.each)
