"""FastAPI's `Depends`: a parameter is what the dependency returns or yields, found by running it.

A dependency is asked once for a request, so two parameters that depend on one function are one object. What it yields
lives until its user has returned; its sessions end then, by the provider's own hand.
Source: https://fastapi.tiangolo.com/tutorial/dependencies/
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow.annotations import of_type, session_base
from sessile.flow.arguments import joined
from sessile.flow.events import SessionEnded
from sessile.flow.machine import Kind, Outcome
from sessile.flow.records import replace
from sessile.flow.using import note_write
from sessile.flow.values import (
    UNKNOWN,
    Arguments,
    ClassRef,
    Dependency,
    Function,
    Instance,
    Partial,
    SessionRef,
    Value,
)
from sessile.flow.world import CollectionState, Openness, Owner, SessionState, World
from sessile.orm.mapped import Role

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Mapping

    from sessile.flow.events import Event
    from sessile.flow.machine import Machine

#: The handle of what the present request was given so far, by what was asked.
REQUEST = 0
NOTHING_GIVEN = Arguments(unpacked=True)


def resolve_dependency(m: Machine, world: World, dependency: Dependency, parameter: ast.arg) -> Value:
    """The value of a dependency; of its type where it cannot be run."""
    base = dependency.base if dependency.base is not None else _annotation(m, world, parameter)
    callee = dependency.callee
    if callee is UNKNOWN and base is not None:
        callee = base
    key = _key(callee)
    known = given(world)
    if key in known:
        return known[key]
    if isinstance(callee, Function) and dependency.node is not None:
        m.followed.setdefault(callee.scope.node, set()).add(id(dependency.node))
    value = _provided(m, world, callee, NOTHING_GIVEN, parameter)
    if value is UNKNOWN and base is not None:
        value = of_type(m, base, world, parameter)
    if value is not UNKNOWN and not isinstance(value, Dependency):
        given(world, key, value)
    return value


def given(world: World, key: str = "", value: Value | None = None) -> Mapping[str, Value]:
    """What the present request was given so far, by what was asked; `value` is added to it."""
    asked = world.heap.get(REQUEST)
    known = asked.known if isinstance(asked, CollectionState) else MappingProxyType({})
    if value is not None:
        known = MappingProxyType({**known, key: value})
        world.heap[REQUEST] = CollectionState("request", known=known)
    return known


def _key(callee: Value) -> str:
    match callee:
        case Function(scope=scope, receiver=receiver):
            return f"{scope.module.path}:{scope.qualname}:{receiver}"
        case ClassRef(facts=facts):
            return facts.qualified
    return str(callee)


def _annotation(m: Machine, world: World, parameter: ast.arg) -> Value | None:
    from sessile.flow.annotations import type_value

    return type_value(m, parameter.annotation, world) if parameter.annotation is not None else None


def _provided(m: Machine, world: World, callee: Value, arguments: Arguments, parameter: ast.arg) -> Value:
    from sessile.flow.construction import construct
    from sessile.flow.definitions import method
    from sessile.flow.functions import call_function, too_deep

    match callee:
        case Partial(callee=inner, arguments=given):
            return _provided(m, world, inner, joined(given, arguments), parameter)
        case Instance(handle=handle):
            call = method(world.instance(handle).facts, "__call__")
            return UNKNOWN if call is None else _provided(m, world, call.bound(callee), arguments, parameter)
        case ClassRef(facts=facts) if facts.role is Role.MIXIN_OR_PLAIN and session_base(callee) is None:
            return _unheard(m, world, lambda: construct(m, world, callee, arguments, parameter))
        case Function() if too_deep(m, callee):
            return UNKNOWN
        case Function(scope=scope) if scope.generator:
            return yielded(m, world, callee, arguments, parameter)
        case Function():
            return _unheard(m, world, lambda: call_function(m, world, callee, arguments, parameter))
    return UNKNOWN


def _unheard(m: Machine, world: World, run: Callable[[], Value]) -> Value:
    """Run something whose findings are told where it stands; what it opened is somebody else's to end."""
    before = set(world.heap)
    listen, m.listen = m.listen, deaf
    budget = m.budget
    try:
        value = run()
    finally:
        m.listen, m.budget = listen, budget
    _handed(world, before, set())
    return value


def _handed(world: World, before: set[int], dropped: set[int]) -> None:
    """The new sessions, as their user sees them: open while the function runs, ended by their provider.

    `dropped` are those that it ends without committing what the user wrote.
    """
    for handle, state in list(world.heap.items()):
        if handle not in before and isinstance(state, SessionState) and state.openness is Openness.OPEN:
            provided = {"owner": Owner.PROVIDER, "openness": Openness.UNKNOWN} if state.owner is Owner.LOCAL else {}
            world.update(handle, dropped=handle in dropped, **provided)


def yielded(m: Machine, world: World, callee: Function, arguments: Arguments, parameter: ast.AST) -> Value:
    """What a generator yields first; it goes on at once, to see what it does to sessions that were written to."""
    from sessile.flow.functions import run_function

    def compute() -> list[Outcome]:
        found: list[Outcome] = []
        before, dropped = set(world.heap), set()

        def consumer(here: World, value: Value) -> list[Outcome]:
            after = here.copy()
            while len(after.frames) > len(world.frames):
                after.leave()
            found.append(Outcome(Kind.NORMAL, after, value))
            for handle, state in list(here.heap.items()):
                if handle not in before and isinstance(state, SessionState) and state.openness is Openness.OPEN:
                    note_write(here, handle, m.site(world, parameter), "something")
            return [Outcome(Kind.NORMAL, here)]

        def listener(event: Event) -> None:
            if isinstance(event, SessionEnded) and event.state.writes:
                dropped.add(event.handle)

        listen, m.listen = m.listen, listener
        budget = m.budget
        try:
            run_function(m, world, callee, arguments, parameter, consumer=consumer)
        finally:
            m.listen, m.budget = listen, budget
        for outcome in found:
            _handed(outcome.world, before, dropped)
        return found

    outcome = m.resume(world, compute)
    return UNKNOWN if outcome is None else outcome.value


def lent(m: Machine, world: World, here: World, value: SessionRef, dropped: bool, until: str = "") -> SessionRef:
    """The session of a world as its user in another sees it: open while the function runs, ended by its provider.

    `dropped`: the provider ends it without committing what its user wrote. `until`: how, if it does so at the latest
    when the function is over.
    """
    state = here.session(value.handle)
    return SessionRef(
        m.new(world, replace(state, owner=Owner.PROVIDER, openness=Openness.UNKNOWN, dropped=dropped, until=until))
    )


def deaf(event: object) -> None:
    """What the provider does is told when the provider itself is analysed."""
