"""Coroutines of an AsyncSession that nobody awaits: what is done with them instead is not done at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import NotAwaited
from sessile.flow.handlers import expected
from sessile.flow.machine import Failure, Machine, Raised
from sessile.flow.values import BoundMethod, Coroutine, ResultRef, SessionRef, Value

if TYPE_CHECKING:
    import ast

    from sessile.flow.world import World

#: What a coroutine object cannot do, and what that raises.
RAISES = {
    "read": ("AttributeError", "Exception"),
    "iterated": ("TypeError", "Exception"),
    "indexed": ("TypeError", "Exception"),
    "computed": ("TypeError", "Exception"),
    "measured": ("TypeError", "Exception"),
}


def not_awaited(m: Machine, world: World, value: Coroutine, used_as: str, node: ast.AST) -> None:
    """Tell that a coroutine is used as if it were its result; the end of the path where that raises."""
    if not _of_session(world, value.callee):
        return
    assert isinstance(value.callee, BoundMethod)
    handle: int = value.callee.receiver.handle  # type: ignore[attr-defined]  # a session or a result
    names = RAISES.get(used_as)
    failure = Failure(names, m.site(world, node)) if names is not None else None
    if failure is None or not expected(m, failure, world):
        m.emit(NotAwaited(m.site(world, node), world, value.callee.name, used_as, value.node, handle))
    receiver = value.callee.receiver
    if isinstance(receiver, SessionRef):
        # What the call was to write is lost; that is told here, so not once more where the session ends.
        world.update(receiver.handle, writes=(), dirty=False)
    if failure is not None:
        raise Raised(failure)


def _of_session(world: World, callee: Value) -> bool:
    """Whether it is a method of what is certainly an AsyncSession, or of a result that one streams."""
    match callee:
        case BoundMethod(receiver=SessionRef(handle=handle)):
            return not world.session(handle).guessed
        case BoundMethod(receiver=ResultRef()):
            return True
    return False
