"""What the standard library and FastAPI make of the values that they are given: containers, partials, managers."""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow.definitions import MANAGERS
from sessile.flow.records import replace
from sessile.flow.values import (
    UNKNOWN,
    Arguments,
    Closing,
    CollectionRef,
    Dependency,
    ExitStack,
    External,
    Function,
    Instance,
    Partial,
    SessionRef,
    Value,
)
from sessile.flow.world import CollectionState, InstanceState
from sessile.orm.facts import ClassFacts, Role

if TYPE_CHECKING:
    from sessile.flow.machine import Machine
    from sessile.flow.world import World

#: Classes of the standard library that keep what is put into them.
HOLDERS = frozenset(
    {"deque", "defaultdict", "OrderedDict", "Queue", "LifoQueue", "PriorityQueue", "SimpleQueue", "ContextVar"}
)
#: What starts tasks or threads, and waits for them at the end of its block.
STARTING = frozenset(
    {"asyncio.TaskGroup", "concurrent.futures.ThreadPoolExecutor", "concurrent.futures.thread.ThreadPoolExecutor"}
)
NAMESPACE = ClassFacts("SimpleNamespace", "types", Role.MIXIN_OR_PLAIN, complete=False)


def wrapped(m: Machine, world: World, name: str, arguments: Arguments, node: ast.AST) -> Value | None:
    """What a call of something outside of the workspace gives, if it is of this kind; None if not."""
    last = name.rpartition(".")[2]
    if last in HOLDERS:
        return CollectionRef(m.new(world, CollectionState(last)))
    if name == "types.SimpleNamespace":
        return Instance(m.new(world, InstanceState(NAMESPACE, None, MappingProxyType(dict(arguments.keywords)))))
    first = arguments.positional[0] if arguments.positional else None
    match last:
        case "Depends" | "Security":
            return Dependency(arguments.get(0, "dependency") or UNKNOWN, node=_named(node))
        case "suppress":
            return External("contextlib.suppress()")
        case "ExitStack" | "AsyncExitStack":
            return ExitStack(m.new(world, CollectionState("stack")))
        case "closing" | "aclosing" if first is not None:
            return Closing(first) if isinstance(first, SessionRef) else UNKNOWN
        case _ if name in STARTING:
            return External(name)
        case "nullcontext":
            return first
        case "partial" if first is not None:
            return Partial(first, Arguments(arguments.positional[1:], arguments.keywords, arguments.unpacked))
        case _ if last in MANAGERS and isinstance(first, Function):
            return replace(first, manager=True)
    return None


def _named(node: ast.AST) -> ast.AST | None:
    """The first argument of a call."""
    given = [*node.args, *(each.value for each in node.keywords)] if isinstance(node, ast.Call) else []
    return given[0] if given else None
