"""Which instances a session accepts: `refresh`, `expire`, `expunge` and `delete` refuse those that are not its own.

The refusal is an `InvalidRequestError` that ends the path, before anything is flushed.
Source: https://docs.sqlalchemy.org/en/20/orm/session_state_management.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.machine import Failure, Raised
from sessile.flow.values import Arguments, Entity, Value
from sessile.flow.world import Life, Owner
from sessile.orm.api.session import Effect

if TYPE_CHECKING:
    from sessile.flow.story import Site
    from sessile.flow.world import ObjectState, World

REFUSED = ("InvalidRequestError", "SQLAlchemyError", "Exception")
#: The states of an instance that a method does not take.
REFUSES = {
    Effect.REFRESH: frozenset({Life.TRANSIENT, Life.PENDING, Life.DETACHED}),
    Effect.EXPIRE: frozenset({Life.TRANSIENT, Life.PENDING, Life.DETACHED}),
    Effect.EXPUNGE: frozenset({Life.TRANSIENT, Life.DETACHED}),
    Effect.DELETE: frozenset({Life.TRANSIENT, Life.PENDING}),
}


def accept(world: World, session: int, effect: Effect, given: Value | None, site: Site) -> None:
    """Raise what the session raises if it does not take the instance; nothing where that is not certain."""
    if effect not in REFUSES or not isinstance(given, Entity) or given.optional:
        return
    state = world.object(given.handle)
    if state.certain and (state.life in REFUSES[effect] or _of_another(state, session)):
        raise Raised(Failure(REFUSED, site))


def discard(world: World, session: int, effect: Effect, arguments: Arguments) -> None:
    """`refresh(obj)` drops what was changed of the instance before anything is flushed."""
    given = arguments.get(0, "instance")
    if effect is not Effect.REFRESH or not isinstance(given, Entity) or arguments.get(1, "attribute_names") is not None:
        return
    state = world.object(given.handle)
    if state.life is not Life.PERSISTENT or state.dirty is None:
        return
    world.update(given.handle, dirty=None)
    waiting = [each for _, each in world.objects_of(session) if each.dirty is not None or each.life is Life.PENDING]
    if state.certain and not waiting and world.session(session).owner is Owner.LOCAL:
        world.update(session, unflushed=False)


def _of_another(state: ObjectState, session: int) -> bool:
    """Whether another session has the instance."""
    return state.life is Life.PERSISTENT and state.session is not None and state.session != session
