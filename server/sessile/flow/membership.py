"""Which instances a session accepts: `refresh`, `expire`, `expunge` and `delete` refuse those that are not its own.

The refusal is an `InvalidRequestError` that ends the path, before anything is flushed.
Source: https://docs.sqlalchemy.org/en/20/orm/session_state_management.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.machine import Failure, Raised
from sessile.flow.values import Entity, Value
from sessile.flow.world import Life
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


def _of_another(state: ObjectState, session: int) -> bool:
    """Whether another session has the instance."""
    return state.life is Life.PERSISTENT and state.session is not None and state.session != session
