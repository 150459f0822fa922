"""Calls that have nothing to do with sessions: followed once, then remembered.

A call is inert if nothing that it was given and nothing that it made is a session, an object or a result. All that its
caller can tell of it is the value, so its exits need not be kept apart. Most calls of a program are of this kind.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow import strings
from sessile.flow.machine import Kind, Outcome
from sessile.flow.relevance import relevant
from sessile.flow.revisions import Held
from sessile.flow.values import (
    ClassRef,
    CollectionRef,
    Const,
    EngineRef,
    Entity,
    External,
    Factory,
    Formatted,
    Instance,
    Members,
    Scalar,
    SessionRef,
    Unknown,
    Value,
)
from sessile.flow.world import CollectionState, InstanceState, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sessile.flow.machine import Machine
    from sessile.flow.values import Arguments, Function
    from sessile.flow.world import State

PLAIN = Unknown | Const | Scalar | External | ClassRef | Factory | EngineRef | Formatted | Members
#: What an object may be given to keep for its other methods.
WORTH_KEEPING = ClassRef | Factory | EngineRef
Key = tuple[object, ...]


def harmless(m: Machine, world: World, function: Function, arguments: Arguments) -> bool:
    """Whether a call can be passed over: the function touches no session, and is given nothing that belongs to one."""
    if function.closure or isinstance(function.scope.node, ast.Lambda) or function.scope.generator:
        return False
    if shares(m, world):
        return False
    if function.scope.builds_text:
        return False
    if isinstance(function.receiver, Instance) and any(
        isinstance(each, WORTH_KEEPING) for each in arguments.everything()
    ):
        return False
    given = (*arguments.everything(), *([function.receiver] if function.receiver is not None else []))
    return all(_plain(world, value) for value in given) and not relevant(m, function.scope)


def shares(m: Machine, world: World) -> bool:
    """Whether a module holds a session or an object on this path, so that any function may get at it."""
    if any(isinstance(value, SessionRef | Entity | Instance | CollectionRef) for value in world.globals.values()):
        return True
    held = (state for handle, state in world.heap.items() if handle in m.shared)
    return any(isinstance(each, SessionRef | Entity) for state in held for each in _inside(state))


def _inside(state: State) -> Iterable[Value]:
    match state:
        case InstanceState(attributes=attributes):
            return attributes.values()
        case CollectionState(items=items, each=each, known=known):
            return (*items, *known.values(), *([each] if each is not None else []))
    return ()


def _plain(world: World, value: Value) -> bool:
    match value:
        case Instance(handle=handle):
            return not any(isinstance(each, SessionRef | Entity) for each in world.instance(handle).attributes.values())
        case CollectionRef(handle=handle):
            state = world.collection(handle)
            inside = (*state.items, *([state.each] if state.each is not None else []))
            return all(isinstance(each, PLAIN) for each in inside)
    return isinstance(value, PLAIN)


def recall(m: Machine, world: World, function: Function, arguments: Arguments, node: ast.AST) -> Value | None:
    """The value of an earlier call with the same arguments, if that call was inert."""
    key = _key(function, arguments) if not shares(m, world) else None
    if key is None:
        return None
    held = m.recall(function.scope.module.inert.get(key))
    if held is None:
        return None
    m.followed.setdefault(function.scope.node, set()).add(id(node))
    m.opaque += 1
    return held.value


def followed(
    m: Machine, world: World, function: Function, arguments: Arguments, run: Callable[[], list[Outcome] | None]
) -> list[Outcome] | None:
    """The outcomes of a call, as one if it was inert; then it is remembered with the names that were read.

    None if `run` gives none. What was cut short is not remembered, since another caller may see it to its end.
    """
    key = _key(function, arguments) if not shares(m, world) else None
    if key is None:
        return run()
    m.reads.append(set())
    given_up = m.times_given_up
    try:
        outcomes = run()
    finally:
        reads = m.reads.pop()
        m.reads[-1] |= reads
    if not outcomes or m.times_given_up != given_up or not all(_is_inert(world, outcome) for outcome in outcomes):
        return outcomes
    ended = [outcome for outcome in outcomes if outcome.kind is Kind.NORMAL]
    if not ended:
        return outcomes
    value = strings.merged([outcome.value for outcome in ended])
    function.scope.module.inert[key] = Held(value, frozenset(reads), m.workspace.revisions.now)
    return [Outcome(Kind.NORMAL, world.copy(), value)]


def _key(function: Function, arguments: Arguments) -> Key | None:
    if function.closure or arguments.unpacked or not isinstance(function.receiver, ClassRef | None):
        return None
    given = (*arguments.positional, *arguments.keywords.values())
    if not all(isinstance(value, PLAIN) for value in given):
        return None
    receiver = function.receiver.facts if isinstance(function.receiver, ClassRef) else None
    marks = tuple(_mark(value) for value in given)
    return (function.scope.node, receiver, tuple(arguments.keywords), marks)


def _mark(value: Value) -> object:
    match value:
        case Const(value=held):
            return ("const", type(held).__name__, repr(held))
        case External(name=name):
            return name
        case ClassRef(facts=facts):
            return facts
        case Scalar() | Formatted() | Members():
            return value
    return type(value).__name__


def _is_inert(world: World, outcome: Outcome) -> bool:
    """Whether a call changed nothing but added plain containers, and gives a plain value."""
    after = outcome.world
    if not isinstance(outcome.value, PLAIN) or after.stored != world.stored or after.globals != world.globals:
        return False
    for handle, state in after.heap.items():
        before = world.heap.get(handle)
        if before is state:
            continue
        if before is not None or not isinstance(state, CollectionState | InstanceState):
            return False
    return True
