"""`try`: which handler catches what, and what `finally` does to every outcome."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from sessile.flow.events import HandlerReached
from sessile.flow.machine import Failure, Kind, Machine, Outcome, distinct
from sessile.flow.names import name_value
from sessile.flow.values import UNKNOWN, ClassRef, External
from sessile.flow.world import World

if TYPE_CHECKING:
    from sessile.flow.story import Site

BROAD = frozenset({"Exception", "BaseException"})
DATABASE = frozenset({"SQLAlchemyError", "DBAPIError"})
#: Narrower classes of failures that a database operation may have.
NARROW = frozenset(
    {"IntegrityError", "OperationalError", "StatementError", "DataError", "ProgrammingError", "InterfaceError",
     "InternalError", "DatabaseError", "PendingRollbackError", "InvalidRequestError", "FlushError", "StaleDataError",
     "NoResultFound", "MultipleResultsFound", "TimeoutError", "NotSupportedError"}
)  # fmt: skip


def run_try(m: Machine, node: ast.stmt, world: World) -> list[Outcome]:
    """Run a `try` statement with all its parts."""
    from sessile.flow.statements import run_body

    assert isinstance(node, ast.Try) or type(node).__name__ == "TryStar"
    handlers: list[ast.ExceptHandler] = node.handlers  # type: ignore[union-attr]
    inner = world.copy()
    inner.frame.guarded += 1
    inner.frame.handlers = (*inner.frame.handlers, tuple(handlers))
    before = len(m.work)
    outcomes: list[Outcome] = []
    for outcome in run_body(m, node.body, inner):  # type: ignore[attr-defined]
        outcome.world.frame.guarded -= 1
        outcome.world.frame.handlers = world.frame.handlers
        if outcome.kind is Kind.NORMAL:
            outcomes.extend(run_body(m, node.orelse, outcome.world))  # type: ignore[attr-defined]
        elif outcome.kind is Kind.RAISE and handlers:
            outcomes.extend(_handled(m, node, handlers, outcome, m.work[before:]))
        else:
            outcomes.append(outcome)
    return _finally(m, node.finalbody, distinct(outcomes))  # type: ignore[attr-defined]


def _handled(
    m: Machine,
    node: ast.stmt,
    handlers: list[ast.ExceptHandler],
    outcome: Outcome,
    work: list[tuple[Site, str, bool]],
) -> list[Outcome]:
    from sessile.flow.statements import run_body

    failure = outcome.failure or Failure()
    results: list[Outcome] = []
    for handler in handlers:
        caught = catches(m, handler, failure, outcome.world)
        if caught is False:
            continue
        here = outcome.world.copy()
        _tell(m, node, handler, here, work)
        if handler.name is not None:
            here.bind(handler.name, UNKNOWN)
        for each in run_body(m, handler.body, here):
            results.append(_reraised(each, failure))
        if caught is True:
            return results
    results.append(outcome)
    return results


def _reraised(outcome: Outcome, failure: Failure) -> Outcome:
    """A bare `raise` raises what was caught."""
    if outcome.kind is Kind.RAISE and outcome.failure is not None and not outcome.failure.names:
        return Outcome(Kind.RAISE, outcome.world, failure=Failure(failure.names, outcome.failure.site or failure.site))
    return outcome


def _tell(
    m: Machine, node: ast.stmt, handler: ast.ExceptHandler, world: World, work: list[tuple[Site, str, bool]]
) -> None:
    if not work:
        return
    site, method, _ = work[-1]
    writes = any(each for _, _, each in work)
    writing = next(((where, name) for where, name, each in work if each), (site, method))
    event = HandlerReached(m.site(world, handler), world, handler, node, writing[0], writes, writing[1])  # type: ignore[arg-type]
    m.emit(event)


def catches(m: Machine, handler: ast.ExceptHandler, failure: Failure, world: World) -> bool | None:
    """Whether a handler catches a failure; None if that depends."""
    if handler.type is None:
        return True
    answers = [_matches(name, failure) for name in class_names(m, handler.type, world)]
    if True in answers:
        return True
    return None if None in answers else False


def expected(m: Machine, failure: Failure, world: World) -> bool:
    """Whether a handler around names the failure's own class, so that its author knows of it."""
    for frame in reversed(world.frames):
        for handlers in reversed(frame.handlers):
            for handler in handlers:
                names = class_names(m, handler.type, world) if handler.type is not None else []
                if failure.names[0] in names or (failure.names[0] in NARROW and set(names) & DATABASE):
                    return True
    return False


def _matches(name: str, failure: Failure) -> bool | None:
    if name == "BaseException" or (name == "Exception" and "GeneratorExit" not in failure.names):
        return True
    if not failure.names:
        return None
    if failure.names[0] == "IntegrityError" and name in NARROW:
        return None
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
    names += [
        base.rpartition(".")[2] for facts in value.facts.mro for base in facts.bases if isinstance(base, str)
    ]
    return tuple(names)


def _finally(m: Machine, body: list[ast.stmt], outcomes: list[Outcome]) -> list[Outcome]:
    from sessile.flow.statements import run_body

    if not body:
        return outcomes
    results: list[Outcome] = []
    for outcome in outcomes:
        for after in run_body(m, body, outcome.world):
            if after.kind is Kind.NORMAL:
                results.append(Outcome(outcome.kind, after.world, outcome.value, outcome.failure, outcome.site))
            else:
                results.append(after)
    return results
