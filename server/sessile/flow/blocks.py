"""`with` and `async with`: sessions that close, transactions that commit, context managers that the project defines.

A generator under `contextmanager` runs up to its `yield`; the body of the `with` runs there, and the generator goes on
with whatever the body left behind, an exception included. So a provider commits, rolls back and closes by itself.
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from sessile.flow import concurrency, transactions
from sessile.flow.assignment import assign
from sessile.flow.evaluation import evaluate
from sessile.flow.handlers import returned, run_suppress
from sessile.flow.machine import Infeasible, Kind, Machine, Outcome, Raised
from sessile.flow.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Closing,
    ConnectionRef,
    Const,
    Coroutine,
    ExitStack,
    External,
    Function,
    Generator,
    Instance,
    SessionRef,
    TransactionRef,
    Value,
)
from sessile.flow.world import Openness, World
from sessile.flow.wrappers import STARTING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessile.orm.mapped import ClassFacts

With = ast.With | ast.AsyncWith
#: What is called a session in other libraries, by a part of its maker's name.
NO_DATABASE = ("http", "clientsession", "requests.", "boto", "ftp", "ssh", "driver.session", "graph", "browser")


def run_with(m: Machine, node: With, world: World) -> list[Outcome]:
    """Enter every item, run the body, leave in reverse order."""
    return _item(m, node, 0, world)


def _item(m: Machine, node: With, index: int, world: World) -> list[Outcome]:
    from sessile.flow.statements import run_body

    if index == len(node.items):
        outcomes = run_body(m, node.body, world)
        if m.changes is not None:
            m.changes.reached(node, outcomes)
        return outcomes
    item = node.items[index]

    def inside(here: World, value: Value) -> list[Outcome]:
        if item.optional_vars is None:
            return _item(m, node, index + 1, here)
        outcomes: list[Outcome] = []
        target = item.optional_vars
        for bound in m.explore(here, lambda each: assign(m, target, value, each, item.context_expr)):
            outcomes.extend(_item(m, node, index + 1, bound.world) if bound.kind is Kind.NORMAL else [bound])
        return outcomes

    return m.explore(world, lambda here: _entered(m, node, item, here, inside))


def _entered(
    m: Machine, node: With, item: ast.withitem, world: World, inside: Callable[[World, Value], list[Outcome]]
) -> list[Outcome]:
    value = evaluate(m, item.context_expr, world)
    if isinstance(value, Coroutine):
        from sessile.flow.calls import awaited

        value = awaited(m, world, value, item.context_expr)
    expression = item.context_expr
    match value:
        case Generator(manager=True):
            return _managed(m, value, world, inside)
        case SessionRef():
            return _session(m, value, world, expression, inside)
        case Closing(session=session):
            return _session(m, session, world, expression, inside)
        case ExitStack():
            return _stack(m, value, world, expression, inside)
        case TransactionRef():
            return _transaction(m, value, world, expression, inside)
        case ConnectionRef():
            return inside(world, value)
        case External(name="contextlib.suppress()"):
            return run_suppress(m, node, expression, world, lambda here: inside(here, NONE))
        case External(name=name) if name in STARTING:
            return _leaving(m, inside(world, value), lambda here, _: concurrency.settle(here))
        case Instance():
            return _instance(m, value, world, expression, inside)
    guessed = _guess(m, node, item, world)
    outcomes = inside(world, guessed)
    if not isinstance(guessed, SessionRef):
        return outcomes
    return _leaving(m, outcomes, lambda here, _: transactions.heal(here, guessed.handle))


def _guess(m: Machine, node: With, item: ast.withitem, world: World) -> Value:
    """A provider out of sight: what it yields is a session if the variable says so."""
    from sessile.flow.annotations import new_unseen_session
    from sessile.flow.world import Owner
    from sessile.orm.hints import SESSION_NAMES

    target = item.optional_vars
    if isinstance(target, ast.Name) and target.id in SESSION_NAMES:
        called = ast.unparse(item.context_expr).lower()
        if ("session" in called or "db" in called) and not any(word in called for word in NO_DATABASE):
            asynchronous = isinstance(node, ast.AsyncWith)
            found = new_unseen_session(m, world, asynchronous, False, item.context_expr, Owner.PROVIDER, certain=False)
            world.update(found.handle, guessed=True)
            return found
    return UNKNOWN


def _managed(
    m: Machine, value: Generator, world: World, inside: Callable[[World, Value], list[Outcome]]
) -> list[Outcome]:
    from sessile.flow.functions import run_function, too_deep

    if too_deep(m, value.callee):
        from sessile.flow.calls import havoc

        havoc(m, world, value.arguments.everything())
        return inside(world, UNKNOWN)
    return run_function(m, world, value.callee, value.arguments, value.node, consumer=inside)


def _session(
    m: Machine, ref: SessionRef, world: World, node: ast.expr, inside: Callable[[World, Value], list[Outcome]]
) -> list[Outcome]:
    """`with session:` closes it whatever happens."""
    state = world.session(ref.handle)
    if state.openness is Openness.CLOSED:
        world.update(ref.handle, openness=Openness.OPEN)
    world.update(ref.handle, blocks=state.blocks + 1)
    own = _own_exit(state.facts)

    def leave(here: World, failing: bool) -> None:
        if own is None:
            _close(m, here, ref.handle, node, failing)
        else:
            _exited(m, here, own.bound(ref), node, failing)

    return _leaving(m, inside(world, ref), leave)


def _own_exit(facts: ClassFacts | None) -> Function | None:
    """What a session class of the workspace does at the end of a `with` block."""
    from sessile.flow.definitions import method

    return None if facts is None else method(facts, "__aexit__") or method(facts, "__exit__")


def _stack(
    m: Machine, stack: ExitStack, world: World, node: ast.expr, inside: Callable[[World, Value], list[Outcome]]
) -> list[Outcome]:
    """`with ExitStack() as stack:` closes what was entered, last first."""

    def leave(here: World, failing: bool) -> None:
        for session in reversed(here.collection(stack.handle).items):
            if isinstance(session, SessionRef):
                _close(m, here, session.handle, node, failing)

    return _leaving(m, inside(world, stack), leave)


def _close(m: Machine, world: World, handle: int, node: ast.expr, failing: bool) -> None:
    world.update(handle, blocks=max(world.session(handle).blocks - 1, 0))
    transactions.close(m, world, handle, node, "closed at the end of its `with` block", failing)


def _transaction(
    m: Machine, ref: TransactionRef, world: World, node: ast.expr, inside: Callable[[World, Value], list[Outcome]]
) -> list[Outcome]:
    """`with session.begin():` commits at its end or rolls back; a SAVEPOINT is only released."""

    def leave(here: World, failing: bool) -> None:
        transactions.leave_block(m, here, ref.session, ref.nested, node, failing)
        if ref.owns:
            _close(m, here, ref.session, node, failing)

    transactions.enter_block(m, world, ref.session, ref.nested)
    return _leaving(m, inside(world, SessionRef(ref.session) if ref.owns else ref), leave)


def _leaving(m: Machine, outcomes: list[Outcome], leave: Callable[[World, bool], None]) -> list[Outcome]:
    """Run the exit of a context manager in every outcome; the outcome goes on unless the exit itself fails."""
    left: list[Outcome] = []
    for outcome in outcomes:
        failing = outcome.kind is Kind.RAISE
        outcome.world.frame.returning = returned(outcome)
        for after in m.explore(outcome.world, partial(_left, leave, failing)):
            if after.kind is Kind.NORMAL:
                left.append(Outcome(outcome.kind, after.world, outcome.value, outcome.failure, outcome.site))
            else:
                left.append(after)
    return left


def _left(leave: Callable[[World, bool], None], failing: bool, world: World) -> None:
    leave(world, failing)


def _instance(
    m: Machine, ref: Instance, world: World, node: ast.expr, inside: Callable[[World, Value], list[Outcome]]
) -> list[Outcome]:
    """A class with `__enter__` and `__exit__` in the workspace."""
    enter, leave = _dunder(m, world, ref, "enter"), _dunder(m, world, ref, "exit")
    value: Value = ref
    if enter is not None:
        value = _call(m, world, enter, node, Arguments())

    def end(here: World, failing: bool) -> None:
        if leave is not None:
            _exited(m, here, leave, node, failing)

    return _leaving(m, inside(world, value), end)


def _exited(m: Machine, world: World, leave: Function, node: ast.expr, failing: bool) -> None:
    """Call `__exit__`, with an exception if one is on its way."""
    given = Const(True) if failing else NONE
    unwinding = world.frame.unwinding
    world.frame.unwinding += failing
    try:
        _call(m, world, leave, node, Arguments((given, given, given)))
    finally:
        world.frame.unwinding = unwinding


def _call(m: Machine, world: World, function: Function, node: ast.expr, arguments: Arguments) -> Value:
    from sessile.flow.functions import call_function

    return call_function(m, world, function, arguments, node)


def _dunder(m: Machine, world: World, ref: Instance, name: str) -> Function | None:
    from sessile.flow.definitions import method

    facts = world.instance(ref.handle).facts
    found = method(facts, f"__a{name}__") or method(facts, f"__{name}__")
    return found.bound(ref) if found is not None else None


__all__ = ["Infeasible", "Raised", "run_with"]
