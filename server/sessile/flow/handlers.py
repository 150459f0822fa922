"""`try`: which handler catches what, and what `finally` does to every outcome."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from sessile.flow.events import HandlerReached
from sessile.flow.machine import Failure, Kind, Machine, Outcome, Work, distinct
from sessile.flow.names import name_value
from sessile.flow.once import once
from sessile.flow.records import replace
from sessile.flow.scopes import own_nodes
from sessile.flow.values import UNKNOWN, ClassRef, External
from sessile.flow.world import SessionState, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessile.flow.story import Site

#: What `except Exception` lets pass.
NO_EXCEPTIONS = frozenset({("GeneratorExit",), ("SystemExit",), ("KeyboardInterrupt",)})
DATABASE = frozenset({"SQLAlchemyError", "DBAPIError"})
#: Narrower classes of failures that a flush or a statement may have.
OF_STATEMENTS = frozenset(
    {"IntegrityError", "OperationalError", "StatementError", "DataError", "ProgrammingError", "InterfaceError",
     "InternalError", "DatabaseError", "FlushError", "StaleDataError", "TimeoutError", "NotSupportedError"}
)  # fmt: skip
#: Those that only what is written can have.
OF_WRITES = frozenset({"IntegrityError", "FlushError", "StaleDataError"})
#: SQLAlchemy's other failures, which the database does not make.
NARROW = OF_STATEMENTS | {"PendingRollbackError", "InvalidRequestError", "NoResultFound", "MultipleResultsFound"}


def run_try(m: Machine, node: ast.Try, world: World) -> list[Outcome]:
    """Run a `try` statement with all its parts."""
    from sessile.flow.statements import run_body

    handlers: list[ast.ExceptHandler] = node.handlers
    start = m.parting(world)
    inner = world.copy()
    inner.frame.guarded += 1
    inner.frame.handlers = (*inner.frame.handlers, tuple(handlers))
    before = len(m.work)
    outcomes: list[Outcome] = []
    for outcome in run_body(m, node.body, inner):
        outcome.world.frame.guarded -= 1
        outcome.world.frame.handlers = world.frame.handlers
        if outcome.kind is Kind.NORMAL:
            outcomes.extend(run_body(m, node.orelse, outcome.world))
        elif outcome.kind is Kind.RAISE and handlers:
            outcomes.extend(_handled(m, node, handlers, outcome, tuple(m.work[before:])))
        else:
            outcomes.append(outcome)
    return _finally(m, node.finalbody, distinct(outcomes, start))


def run_suppress(
    m: Machine, node: ast.stmt, manager: ast.expr, world: World, inside: Callable[[World], list[Outcome]]
) -> list[Outcome]:
    """Run the body of `with suppress(...)`: a `try` whose handler passes."""
    before = len(m.work)
    inner = world.copy()
    inner.frame.guarded += 1
    results: list[Outcome] = []
    for outcome in inside(inner):
        outcome.world.frame.guarded -= 1
        failure = outcome.failure or Failure()
        caught = _suppresses(m, manager, failure, world) if outcome.kind is Kind.RAISE else False
        if caught is not False:
            after = Outcome(Kind.NORMAL, outcome.world.copy())
            after.world.doubtful |= caught is None and not failure.writes
            site = m.site(after.world, manager)
            swallowed(after.world, site)
            if failure.work is not None:
                m.emit(HandlerReached(site, outcome.world, None, node, failure.work, tuple(m.work[before:]), (after,)))
            results.append(after)
        if caught is not True:
            results.append(outcome)
    return results


def _suppresses(m: Machine, manager: ast.expr, failure: Failure, world: World) -> bool | None:
    if not isinstance(manager, ast.Call):
        return None
    answers = [_matches(name, failure) for each in manager.args for name in class_names(m, each, world)]
    if True in answers:
        return True
    return None if None in answers else False


def _handled(
    m: Machine, node: ast.Try, handlers: list[ast.ExceptHandler], outcome: Outcome, work: tuple[Work, ...]
) -> list[Outcome]:
    from sessile.flow.statements import run_body

    failure = outcome.failure or Failure()
    results: list[Outcome] = []
    for handler in handlers:
        caught = catches(m, handler, failure, outcome.world, seen=bool(work))
        if caught is False:
            continue
        here = outcome.world.copy()
        here.doubtful |= caught is None and failure.work is not None and not failure.writes
        swallowed(here, m.site(here, handler))
        if handler.name is not None:
            here.bind(handler.name, UNKNOWN)
        left = [_reraised(each, failure) for each in run_body(m, handler.body, here)]
        if failure.work is not None:
            site = m.site(outcome.world, handler)
            m.emit(HandlerReached(site, outcome.world, handler, node, failure.work, work, tuple(left)))
        results.extend(left)
        if caught is True:
            return results
    results.append(outcome)
    return results


@once
def picking(function: ast.AST) -> frozenset[int]:
    """The `if` statements, by identity, with which handlers of a function pick out a kind of what they have caught."""
    return frozenset(
        id(each)
        for handler in own_nodes(function)
        if isinstance(handler, ast.ExceptHandler) and handler.name is not None
        for each in ast.walk(handler)
        if isinstance(each, ast.If)
        and any(isinstance(name, ast.Name) and name.id == handler.name for name in ast.walk(each.test))
    )


def _reraised(outcome: Outcome, failure: Failure) -> Outcome:
    """A bare `raise` raises what was caught."""
    if outcome.kind is Kind.RAISE and outcome.failure is not None and not outcome.failure.names:
        site = outcome.failure.site or failure.site
        return Outcome(Kind.RAISE, outcome.world, failure=replace(failure, site=site))
    return outcome


def swallowed(world: World, site: Site) -> None:
    """A handler takes over: it answers for what was not committed, and for the session that its failure broke."""
    for handle, state in list(world.heap.items()):
        if not isinstance(state, SessionState):
            continue
        if state.writes:
            world.update(handle, writes=(), dirty=False)
        if (state.failed is not None and state.handled is None) or (
            state.aborted is not None and state.handled is None
        ):
            world.update(handle, handled=site)


def catches(m: Machine, handler: ast.ExceptHandler, failure: Failure, world: World, seen: bool = False) -> bool | None:
    """Whether a handler catches a failure; None if that depends.

    `seen`: the `try` has database calls in sight, so what the database raises comes from them.
    """
    if handler.type is None:
        return True
    answers = [_matches(name, failure, seen) for name in class_names(m, handler.type, world)]
    if True in answers:
        return True
    return None if None in answers else False


def expected(m: Machine, failure: Failure, world: World) -> bool:
    """Whether a handler around names the failure's own class, so that its author knows of it, and ends it there."""
    for frame in reversed(world.frames):
        for handlers in reversed(frame.handlers):
            for handler in handlers:
                if _hands_on(handler):
                    continue
                names = class_names(m, handler.type, world) if handler.type is not None else []
                if failure.names[0] in names or (failure.names[0] in NARROW and set(names) & DATABASE):
                    return True
    return False


def _hands_on(handler: ast.ExceptHandler) -> bool:
    """Whether a handler ends with a bare `raise`, so that what it caught goes on its way."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _matches(name: str, failure: Failure, seen: bool = False) -> bool | None:
    if name == "BaseException" or (name == "Exception" and failure.names[:1] not in NO_EXCEPTIONS):
        return True
    if not failure.names:
        return False if (seen or not failure.opaque) and name in OF_STATEMENTS | DATABASE else None
    if failure.work is not None and name in OF_STATEMENTS:
        return None if name not in OF_WRITES or failure.names[0] in OF_WRITES else False
    if name in failure.names:
        return True
    if name in NARROW | DATABASE or failure.names[0] in NARROW | DATABASE:
        return False
    return False if _is_builtin(name) and _is_builtin(failure.names[0]) else None


def _is_builtin(name: str) -> bool:
    return isinstance(getattr(builtins, name, None), type)


def class_names(m: Machine, node: ast.expr, world: World) -> list[str]:
    """The names of the classes that a handler lists, each by its last part."""
    if isinstance(node, ast.Tuple):
        return [name for each in node.elts for name in class_names(m, each, world)]
    if isinstance(node, ast.BinOp):
        return [*class_names(m, node.left, world), *class_names(m, node.right, world)]
    return [_class_name(m, node, world)]


def _class_name(m: Machine, node: ast.expr, world: World) -> str:
    if isinstance(node, ast.Name):
        value = name_value(m, world, node.id)
        if isinstance(value, External):
            return value.name.rpartition(".")[2]
        return value.facts.name if isinstance(value, ClassRef) else node.id
    return getattr(node, "attr", "")


def failure_of(m: Machine, node: ast.expr, world: World, site: Site) -> Failure:
    """The failure that `raise X(...)` makes."""
    target = node.func if isinstance(node, ast.Call) else node
    name = _class_name(m, target, world)
    if not name or not name[0].isupper():
        return Failure((), site)
    known = getattr(builtins, name, None)
    if isinstance(known, type):
        return Failure(tuple(each.__name__ for each in known.__mro__[:-1]), site)
    bases = _bases(m, target, world)
    return Failure((name, *bases, "Exception"), site)


def _bases(m: Machine, node: ast.expr, world: World) -> tuple[str, ...]:
    from sessile.flow.evaluation import evaluate

    value = evaluate(m, node, world.copy()) if isinstance(node, ast.Name | ast.Attribute) else UNKNOWN
    if not isinstance(value, ClassRef):
        return ()
    names = [facts.name for facts in value.facts.mro[1:]]
    names += [base.rpartition(".")[2] for facts in value.facts.mro for base in facts.bases if isinstance(base, str)]
    return tuple(names)


def returned(outcome: Outcome) -> ast.expr | None:
    """The expression of the `return` that is on its way, if one is."""
    node = outcome.site.node if outcome.kind is Kind.RETURN and outcome.site is not None else None
    return node.value if isinstance(node, ast.Return) else None


def _finally(m: Machine, body: list[ast.stmt], outcomes: list[Outcome]) -> list[Outcome]:
    from sessile.flow.statements import run_body

    if not body:
        return outcomes
    results: list[Outcome] = []
    for outcome in outcomes:
        world = outcome.world.copy()
        unwinding = world.frame.unwinding
        world.frame.unwinding += outcome.kind is Kind.RAISE
        world.frame.returning = returned(outcome)
        for after in run_body(m, body, world):
            after.world.frame.unwinding = unwinding
            if after.kind is Kind.NORMAL:
                results.append(Outcome(outcome.kind, after.world, outcome.value, outcome.failure, outcome.site))
            else:
                results.append(after)
    return results
