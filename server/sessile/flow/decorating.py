"""What a decorator of the workspace gives to the function that it wraps: a session that it opens, above all.

Whoever calls the function calls the wrapper, so the function is analysed as the wrapper calls it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.dependencies import lent
from sessile.flow.events import SessionEnded
from sessile.flow.functions import run_function
from sessile.flow.machine import Infeasible, OutOfBudget, Probe, Raised
from sessile.flow.records import replace
from sessile.flow.using import note_write
from sessile.flow.values import UNKNOWN, Arguments, Function, SessionRef, Value

if TYPE_CHECKING:
    from sessile.flow.events import Event
    from sessile.flow.machine import Machine
    from sessile.flow.world import World


def given(m: Machine, world: World, function: Function) -> Arguments:
    """The arguments that a function gets from its decorators; all unseen where it has none that are followed."""
    from sessile.flow.definitions import decorated

    unseen = Arguments(unpacked=True)
    if not function.scope.decorators:
        return unseen
    try:
        wrapper = decorated(m, replace(function, receiver=None), world.copy())
        if not isinstance(wrapper, Function) or wrapper.wraps is None:
            return unseen
        return _observed(m, world, function, wrapper)
    except (Raised, Infeasible, OutOfBudget):
        return unseen


def _observed(m: Machine, world: World, function: Function, wrapper: Function) -> Arguments:
    found: list[tuple[World, Arguments]] = []
    dropped: set[int] = set()

    def called(here: World, arguments: Arguments) -> Value:
        found.append((here.copy(), arguments))
        for value in arguments.everything():
            if isinstance(value, SessionRef):
                note_write(here, value.handle, m.site(here, function.scope.node), "something")
        return UNKNOWN

    def listener(event: Event) -> None:
        if isinstance(event, SessionEnded) and event.state.writes:
            dropped.add(event.handle)

    listen, m.listen, m.probe = m.listen, listener, Probe(function.scope, called)
    own = () if function.receiver is None else (function.receiver,)
    try:
        run_function(m, world.copy(), wrapper, Arguments(own, unpacked=True), function.scope.node)
    finally:
        m.listen, m.probe = listen, None
    for here, arguments in found:
        if any(isinstance(value, SessionRef) for value in arguments.everything()):
            return _lent(m, world, here, arguments, len(own), dropped)
    return Arguments(unpacked=True)


def _lent(m: Machine, world: World, here: World, arguments: Arguments, own: int, dropped: set[int]) -> Arguments:
    """The arguments as the function sees them: sessions that its wrapper will end, and nothing else for certain."""

    def seen(value: Value) -> Value:
        if not isinstance(value, SessionRef):
            return UNKNOWN
        return lent(m, world, here, value, value.handle in dropped, "ended by its decorator")

    keywords = {name: seen(value) for name, value in arguments.keywords.items()}
    return Arguments(tuple(map(seen, arguments.positional[own:])), keywords, unpacked=True)
