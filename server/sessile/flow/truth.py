"""What is known of a value's truth without running anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.values import (
    CollectionRef,
    Const,
    Coroutine,
    Entity,
    Function,
    Instance,
    Query,
    ResultRef,
    Row,
    SessionRef,
    Statement,
    Tuple,
    Value,
)

if TYPE_CHECKING:
    from sessile.flow.world import World


def truth(world: World, value: Value) -> bool | None:
    """True or False where the value decides it, else None."""
    match value:
        case Const(value=held):
            return bool(held)
        case Entity(optional=optional) | Row(optional=optional):
            return None if optional else True
        case Tuple(items=items):
            return bool(items)
        case CollectionRef(handle=handle):
            state = world.collection(handle)
            if state.each is None and state.kind != "unknown":
                return bool(state.items)
            return None
        case SessionRef() | Function() | Instance() | ResultRef() | Query() | Statement() | Coroutine():
            return True
    return None
