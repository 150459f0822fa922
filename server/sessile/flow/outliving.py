"""What is still there when a function is over: what it returns, what it was given, and what the modules hold.

An object that the function made for itself and let go takes what it keeps with it: nobody can read that any more.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.scopes import parameters
from sessile.flow.values import CollectionRef, Function, Instance, Tuple, Value
from sessile.flow.world import CollectionState, InstanceState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sessile.flow.machine import Machine, Outcome
    from sessile.flow.scopes import Scope
    from sessile.flow.world import State, Storage, World


FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def outliving(m: Machine, scope: Scope, outcome: Outcome) -> tuple[Storage, ...]:
    """Where instances are stored by places that outlive the function."""
    if not any(storage.calls for storage in outcome.world.stored):
        return outcome.world.stored
    reached = m.shared.keys() | _reached(outcome.world, _roots(m, scope, outcome))
    return tuple(
        storage
        for storage in outcome.world.stored
        if not storage.calls or storage.holder is None or storage.holder in reached
    )


def _roots(m: Machine, scope: Scope, outcome: Outcome) -> Iterator[Value]:
    world = outcome.world
    if outcome.value is not None:
        yield outcome.value
    yield from world.globals.values()
    for handle, state in world.heap.items():
        if handle in m.shared:
            yield from _held(state)
    node = scope.node
    for parameter, _, _ in parameters(node) if isinstance(node, FUNCTIONS) else ():
        value = world.frames[0].variables.get(parameter.arg)
        if value is not None:
            yield value


def _reached(world: World, roots: Iterable[Value]) -> set[int]:
    """The handles of the objects and containers that lead on from here."""
    found: set[int] = set()
    todo = list(roots)
    while todo:
        value = todo.pop()
        match value:
            case Instance(handle=handle) | CollectionRef(handle=handle):
                if handle not in found:
                    found.add(handle)
                    todo += _held(world.state(handle))
            case Tuple(items=items):
                todo += items
            case Function(receiver=receiver, closure=closure):
                todo += [*([receiver] if receiver is not None else []), *(closure or {}).values()]
    return found


def _held(state: State | None) -> Iterable[Value]:
    match state:
        case InstanceState(attributes=attributes):
            return attributes.values()
        case CollectionState(items=items, each=each, known=known):
            return (*items, *known.values(), *([each] if each is not None else []))
    return ()
