"""What values lead to: the sessions, objects and containers that somebody who holds them can get at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sessile.flow.values import (
    BoundMethod,
    Closing,
    CollectionRef,
    Coroutine,
    ExitStack,
    Function,
    Generator,
    Instance,
    Query,
    ResultRef,
    Row,
    SessionRef,
    TransactionRef,
    Tuple,
)
from sessile.flow.world import CollectionState, InstanceState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessile.flow.world import World


def reached(world: World, roots: Iterable[object]) -> set[int]:
    """The handles of what these values, variables and states lead to; of mapped instances none."""
    found: set[int] = set()
    todo = list(roots)
    while todo:
        value = todo.pop()
        match value:
            case (
                SessionRef(handle=handle) | TransactionRef(session=handle) | Closing(session=SessionRef(handle=handle))
            ):
                found.add(handle)
            case Query(session=int() as handle):
                found.add(handle)
            case (
                CollectionRef(handle=handle)
                | ExitStack(handle=handle)
                | Instance(handle=handle)
                | ResultRef(handle=handle)
            ) if handle not in found:
                found.add(handle)
                todo.append(world.state(handle))
            case _:
                todo.extend(_inside(value))
    return found


def _inside(value: object) -> Iterable[object]:
    match value:
        case Mapping():
            return value.values()
        case Tuple(items=items) | Row(items=items):
            return items
        case CollectionState(items=items, each=each, known=known):
            return (*items, each, *known.values())
        case InstanceState(attributes=attributes):
            return attributes.values()
        case Function(receiver=receiver, closure=closure):
            return (receiver, closure)
        case BoundMethod(receiver=receiver):
            return (receiver,)
        case Coroutine(callee=callee, arguments=arguments) | Generator(callee=callee, arguments=arguments):
            return (callee, *arguments.everything())
    session = getattr(value, "session", None)
    return (SessionRef(session),) if isinstance(session, int) else ()
