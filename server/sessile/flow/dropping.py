"""Sessions that nobody holds any more when the call that opened them is over.

CPython ends such a session at once if no transaction is open; an open one keeps its session alive until the garbage
collector finds the two; so does `selectinload` of rows that come in portions. So only a session that was committed or
rolled back last is told of, and never as certain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.fetching import YIELD_PER, joined_collection
from sessile.flow.reaching import reached
from sessile.flow.story import Step
from sessile.flow.world import Life, Openness, Owner, SessionState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessile.flow.machine import Machine
    from sessile.flow.values import Value
    from sessile.flow.world import World


SELECTING = frozenset({"selectin", "selectinload"})


def drop(m: Machine, world: World, born: int, value: Value) -> None:
    """The call that began at handle `born` has given `value`: the objects of sessions that are gone are detached."""
    opened = [
        (handle, state)
        for handle, state in world.heap.items()
        if handle >= born and isinstance(state, SessionState) and _is_droppable(state)
    ]
    if not opened:
        return
    held = reached(world, [value, *_around(m, world)])
    for handle, state in opened:
        if handle not in held and state.site is not None and not _is_tangled(m, world, handle):
            step = Step(state.site, "detached: its session is gone with the call that opened it")
            for number, owned in world.objects_of(handle):
                if owned.life is Life.PERSISTENT:
                    world.update(number, life=Life.DETACHED, session=None, detached=step, certain=False)


def is_held(world: World, session: int) -> bool:
    """Whether a variable of the calls that are running leads to a session, so that it is still there."""
    variables = [each for frame in world.frames for each in (frame.variables, frame.closure)]
    return session in reached(world, variables)


def _is_droppable(state: SessionState) -> bool:
    local = state.owner is Owner.LOCAL and state.certain and not state.scoped
    return local and state.openness is Openness.OPEN and not state.begun and not state.blocks


def _is_tangled(m: Machine, world: World, session: int) -> bool:
    """Whether a query has left a cycle of references behind that leads to the session, as it does on 2.x."""
    if m.version < (2,):
        return False
    statements = [state.statement for _, state in world.objects_of(session) if state.statement is not None]
    return any(YIELD_PER in each.chain and joined_collection(m, each, SELECTING) for each in statements)


def _around(m: Machine, world: World) -> Iterable[object]:
    """What lives on: the variables of the callers, and whatever modules hold."""
    yield from world.globals.values()
    for frame in world.frames:
        yield from (frame.variables, frame.closure)
    for handle, state in world.heap.items():
        if handle in m.shared:
            yield state
