"""FastAPI's `Depends`: a parameter is what the dependency returns or yields.

Source: https://fastapi.tiangolo.com/tutorial/dependencies/
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sessile.flow.annotations import of_type
from sessile.flow.events import SessionEnded
from sessile.flow.machine import Kind, Outcome
from sessile.flow.using import note_write
from sessile.flow.values import UNKNOWN, Arguments, ClassRef, Dependency, Function, SessionRef, Value
from sessile.flow.world import Openness, Owner, World

if TYPE_CHECKING:
    import ast

    from sessile.flow.events import Event
    from sessile.flow.machine import Machine


def resolve_dependency(m: Machine, world: World, dependency: Dependency, parameter: ast.arg) -> Value:
    """The value of a dependency: found by running it, its session seen as one that somebody else closes."""
    value = _provided(m, world, dependency.callee, parameter)
    if value is not UNKNOWN:
        return value
    base = dependency.base if dependency.base is not None else _annotation(m, world, parameter)
    return of_type(m, base, world, parameter) if base is not None else UNKNOWN


def _annotation(m: Machine, world: World, parameter: ast.arg) -> Value | None:
    from sessile.flow.annotations import type_value

    return type_value(m, parameter.annotation, world) if parameter.annotation is not None else None


def _provided(m: Machine, world: World, callee: Value, parameter: ast.arg) -> Value:
    from sessile.flow.functions import run_function, too_deep

    if isinstance(callee, ClassRef):
        return UNKNOWN
    if not isinstance(callee, Function) or too_deep(m, callee):
        return UNKNOWN
    found: list[tuple[World, Value]] = []
    dropped: set[int] = set()

    def consumer(here: World, value: Value) -> list[Outcome]:
        found.append((here.copy(), value))
        if isinstance(value, SessionRef):
            note_write(here, value.handle, m.site(world, parameter), "something")
        return [Outcome(Kind.NORMAL, here)]

    def listener(event: Event) -> None:
        if isinstance(event, SessionEnded) and event.state.writes:
            dropped.add(event.handle)

    listen, m.listen = m.listen, listener
    budget = m.budget
    try:
        outcomes = run_function(m, world, callee, Arguments(unpacked=True), parameter, consumer=consumer)
    finally:
        m.listen, m.budget = listen, budget
    if not found:
        found = [(each.world, each.value) for each in outcomes if each.kind is Kind.NORMAL]
    for here, value in found:
        if isinstance(value, SessionRef):
            return lent(m, world, here, value, value.handle in dropped)
    return UNKNOWN


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
