"""Tasks and threads that run at once: which sessions they use, found out by running each apart.

A session does one thing at a time. So it is told which session several of them use, or one of them and the function
that started it. What waits for something that may be a lock is left out, and so is a session of a registry, which gives
each task or thread its own.
Source: https://docs.sqlalchemy.org/en/20/orm/session_basics.html#is-the-session-thread-safe-is-asyncsession-safe-to-share-in-concurrent-tasks
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from sessile.flow.events import Event, SessionShared, SessionUsed
from sessile.flow.machine import Kind, Machine, Outcome
from sessile.flow.scopes import own_nodes
from sessile.flow.values import (
    UNKNOWN,
    Arguments,
    BoundMethod,
    CollectionRef,
    Coroutine,
    Function,
    Instance,
    Partial,
    SessionRef,
    Tuple,
    Value,
)
from sessile.flow.world import CollectionState, SessionState, World
from sessile.orm.api.session import WORKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sessile.flow.story import Site

#: Methods of what is out of sight, a task group or an executor, that start what they are given.
STARTERS = frozenset({"create_task", "start_soon", "submit", "run_in_executor"})
#: Calls whose arguments all run at once; those that run one function on many things; and those that start a task.
TOGETHER = frozenset({"gather", "as_completed"})
TASKS = frozenset({"create_task", "ensure_future", "start_soon", "run_coroutine_threadsafe"})
#: Coroutines that run a function in a thread.
IN_THREAD = frozenset(
    {
        "asyncio.to_thread",
        "anyio.to_thread.run_sync",
        "starlette.concurrency.run_in_threadpool",
        "fastapi.concurrency.run_in_threadpool",
    }
)
#: What writes what is pending, at which a second one that does so fails.
WRITING = frozenset({"flush", "commit"})
COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


class Use(NamedTuple):
    """The first use of a session by a task, and whether that begins by writing what it has added."""

    site: Site
    writes: bool


def started(m: Machine, world: World, name: str, arguments: Arguments, node: ast.AST) -> None:
    """A call starts tasks or threads: tell of the sessions that several of them use."""
    last = name.rpartition(".")[2]
    if last in TOGETHER:
        _together(m, world, arguments, node)
    elif (job := _job(last, arguments)) is not None:
        for handle, use in _uses(m, world, job, node).items():
            held = world.session(handle)
            again = use if last == "map" or _in_comprehension(world, node) else None
            other = held.lent or (None if again is None or _of_each(world, handle, node) else again)
            if other is not None:
                _tell(m, world, handle, node, (other, use), threads=last not in TASKS)
            world.update(handle, lent=use, busy=True)


def in_thread(arguments: Arguments, node: ast.AST) -> Value:
    """`asyncio.to_thread(function, ...)`: a coroutine that runs it."""
    given = arguments.positional
    if not given or not isinstance(node, ast.Call):
        return UNKNOWN
    return Coroutine(Partial(given[0], Arguments(given[1:], arguments.keywords)), Arguments(), node)


def elsewhere(m: Machine, world: World, arguments: Arguments, node: ast.AST) -> None:
    """Something out of sight is called: a task group or an executor starts something, others may wait."""
    name = getattr(getattr(node, "func", None), "attr", "")
    if name in STARTERS:
        started(m, world, name, arguments, node)
    else:
        settle(world)


def _together(m: Machine, world: World, arguments: Arguments, node: ast.AST) -> None:
    found: dict[int, list[Use]] = {}
    for each in arguments.positional:
        for handle, use in _uses(m, world, each, node).items():
            found.setdefault(handle, []).append(use)
    if arguments.each is not None:
        for handle, use in _uses(m, world, arguments.each, node).items():
            if not _of_each(world, handle, getattr(arguments.each, "node", node)):
                found.setdefault(handle, []).extend((use, use))
    for handle, uses in found.items():
        if len(uses) > 1:
            _tell(m, world, handle, node, (uses[0], uses[1]), threads=False)


def _tell(m: Machine, world: World, handle: int, node: ast.AST, uses: tuple[Use, Use], *, threads: bool) -> None:
    clash = not threads and all(use.writes for use in uses)
    sites = tuple(dict.fromkeys(use.site for use in uses))
    m.emit(SessionShared(m.site(world, node), world, handle, world.session(handle), sites, threads, clash))


def met(m: Machine, world: World, handle: int, site: Site, method: str) -> None:
    """The session is used while a task or thread that uses it may still run."""
    state = world.session(handle)
    if state.lent is not None and method in WORKING:
        world.update(handle, lent=None, busy=False)
        m.emit(SessionShared(site, world, handle, state, (state.lent.site,), threads=not state.asynchronous))


def settle(world: World) -> None:
    """Something is waited for: it may be every task and every thread."""
    for handle, state in list(world.heap.items()):
        if isinstance(state, SessionState) and state.busy:
            world.update(handle, lent=None, busy=False)


def _job(last: str, arguments: Arguments) -> Value | None:
    """What a call is to run: a coroutine, or a function with its arguments."""
    given = arguments.positional
    match last:
        case "Thread" | "Timer":
            target = arguments.keywords.get("target", given[1] if last == "Timer" and len(given) > 1 else None)
            handed = arguments.keywords.get("args")
            return Partial(target, Arguments(handed.items if isinstance(handed, Tuple) else ())) if target else None
        case "submit" | "start_soon":
            return Partial(given[0], Arguments(given[1:], arguments.keywords)) if given else None
        case "run_in_executor":
            return Partial(given[1], Arguments(given[2:])) if len(given) > 1 else None
        case "map":
            return Partial(given[0], Arguments((UNKNOWN,) * (len(given) - 1))) if given else None
        case "create_task" | "ensure_future" | "run_coroutine_threadsafe":
            return given[0] if given and isinstance(given[0], Coroutine) else None
    return None


def _uses(m: Machine, world: World, job: Value, node: ast.AST) -> dict[int, Use]:
    """The sessions that a job uses, of those that are there already."""
    known = {handle for handle, state in world.heap.items() if isinstance(state, SessionState)}
    depth = len(world.frames)
    found: dict[int, Use] = {}

    def listen(event: Event) -> None:
        if not isinstance(event, SessionUsed) or event.method not in WORKING or event.handle not in known:
            return
        if not (event.state.guessed or event.state.scoped or _waits(event, depth)):
            writes = event.method in WRITING and event.state.unflushed is True
            found.setdefault(event.handle, Use(event.site, writes))

    _apart(m, world, job, node, listen)
    return found


def _apart(m: Machine, world: World, job: Value, node: ast.AST, listen: Callable[[Event], None]) -> None:
    """Run a job on a world of its own, where nobody but `listen` hears of it."""
    from sessile.flow.calls import awaited, call

    def run(here: World) -> list[Outcome]:
        plain = job.callee if isinstance(job, Coroutine) and isinstance(job.callee, Partial) else job
        value = plain if isinstance(plain, Coroutine) else call(m, here, plain, Arguments(), node)
        return [Outcome(Kind.NORMAL, here, awaited(m, here, value, node))]

    callee = job.callee if isinstance(job, Coroutine | Partial) else None
    callee = callee.callee if isinstance(callee, Partial) else callee
    if not isinstance(callee, Function | BoundMethod):
        return
    before = m.listen, m.followed, m.work
    m.listen, m.followed, m.work = listen, {}, []
    try:
        m.within_share(world.frame.scope, lambda: m.explore(world.copy(), run))
    finally:
        m.listen, m.followed, m.work = before


def _waits(event: SessionUsed, depth: int) -> bool:
    """Whether the use stands in a block, or behind a call, that may have waited until nobody else was there."""
    frames = event.world.frames[depth:]
    nodes = [*(frame.call.node for frame in frames[1:] if frame.call is not None), event.site.node]
    return any(
        any(_is_lock(each, node) for each in own_nodes(frame.scope.node))
        for frame, node in zip(frames, nodes, strict=False)
    )


def _is_lock(statement: ast.AST, node: ast.AST) -> bool:
    if isinstance(statement, ast.Attribute):
        return statement.attr == "acquire"
    return (
        isinstance(statement, ast.With | ast.AsyncWith)
        and not all(_is_transaction(item.context_expr) for item in statement.items)
        and any(each is node for each in ast.walk(statement))
    )


def _is_transaction(node: ast.expr) -> bool:
    named = node.func if isinstance(node, ast.Call) else node
    return isinstance(named, ast.Attribute) and named.attr in ("begin", "begin_nested", "no_autoflush")


def _in_comprehension(world: World, node: ast.AST) -> list[ast.AST]:
    loops = [each for each in ast.walk(world.frame.scope.node) if isinstance(each, COMPREHENSIONS)]
    return [each for each in loops if _holds(each, node)]


def _of_each(world: World, handle: int, node: ast.AST) -> bool:
    """Whether every job that is made at `node` may have a session of its own, for which one handle stands."""
    state = world.session(handle)
    here = _in_comprehension(world, node)
    opened = [site.node for site in (state.site, *state.calls) if site is not None]
    if any(_holds(each, node) for each in here for node in opened):
        return True
    elements = [
        each.each for each in world.heap.values() if isinstance(each, CollectionState) and each.each is not None
    ]
    return any(handle in _sessions_in(world, each) for each in elements)


def _holds(node: ast.AST, inner: ast.AST) -> bool:
    return any(each is inner for each in ast.walk(node))


def _sessions_in(world: World, value: Value, depth: int = 3) -> Iterator[int]:
    match value:
        case SessionRef(handle=handle):
            yield handle
        case Instance(handle=handle) if depth:
            for each in world.instance(handle).attributes.values():
                yield from _sessions_in(world, each, depth - 1)
        case Tuple(items=items) if depth:
            for each in items:
                yield from _sessions_in(world, each, depth - 1)
        case CollectionRef(handle=handle) if depth:
            state = world.collection(handle)
            for each in (*state.items, *([state.each] if state.each is not None else [])):
                yield from _sessions_in(world, each, depth - 1)
