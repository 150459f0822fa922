"""Runs statements: every kind of Python statement has one function here or in the modules for branches and blocks."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from sessile.flow import single, strings
from sessile.flow.assignment import assign, delete
from sessile.flow.awaiting import not_awaited
from sessile.flow.counters import counted
from sessile.flow.evaluation import evaluate
from sessile.flow.machine import Failure, Kind, Machine, Outcome, Raised, distinct
from sessile.flow.once import once
from sessile.flow.values import NONE, UNKNOWN, Coroutine, LazyItems, Row

if TYPE_CHECKING:
    from sessile.flow.values import Value
    from sessile.flow.world import World


#: Most of the statements that hold no others.
SIMPLE = (ast.Expr, ast.Assign, ast.Return, ast.AnnAssign, ast.AugAssign, ast.Raise)


def run_body(m: Machine, body: list[ast.stmt], world: World) -> list[Outcome]:
    """Run statements in order from one world; every outcome that is not normal leaves the list early."""
    if not body:
        return [Outcome(Kind.NORMAL, world)]
    start = m.parting(world)
    finished: list[Outcome] = []
    worlds = [world]
    for statement in body:
        normal: list[Outcome] = []
        for here in worlds:
            for outcome in run_statement(m, statement, here):
                (normal if outcome.kind is Kind.NORMAL else finished).append(outcome)
        worlds = [outcome.world for outcome in distinct(_passed(normal, statement, ended=False), start)]
        if not worlds:
            break
    finished.extend(Outcome(Kind.NORMAL, here) for here in worlds)
    return distinct(_passed(finished, body[-1], ended=True), start)


def _passed(outcomes: list[Outcome], statement: ast.stmt, ended: bool) -> list[Outcome]:
    """Note in several outcomes what may be asked for once a statement, or a list with it at the end, is over."""
    for outcome in outcomes if len(outcomes) > 1 else ():
        frame = outcome.world.frame
        liveness = frame.scope.liveness
        if liveness is not None:
            frame.live = (liveness.ended if ended else liveness.after).get(id(statement), frame.live)
    return outcomes


def run_statement(m: Machine, node: ast.stmt, world: World) -> list[Outcome]:
    """Run one statement; unknown kinds do nothing."""
    if m.changes is None:
        return _run(m, node, world)
    outcomes = _run(m, node, world)
    m.changes.ran(node, world, outcomes)
    return outcomes


def _run(m: Machine, node: ast.stmt, world: World) -> list[Outcome]:
    compound = None if isinstance(node, SIMPLE) else _compound(m, node, world)
    if compound is not None:
        return compound
    opaque, risks = m.opaque, m.risks
    outcomes = m.explore(world, lambda here: _simple(m, node, here))
    if world.frame.guarded and (m.risks > risks or m.opaque > opaque or _looks_up(node)):
        outcomes.append(Outcome(Kind.RAISE, world.copy(), failure=Failure(opaque=m.opaque > opaque)))
    return outcomes


def _compound(m: Machine, node: ast.stmt, world: World) -> list[Outcome] | None:
    """Run a statement that holds others; None for a simple one."""
    from sessile.flow import blocks, branches, handlers, loops

    match node:
        case ast.If():
            return branches.run_if(m, node, world)
        case ast.Match():
            return branches.run_match(m, node, world)
        case ast.For() | ast.AsyncFor():
            return loops.run_for(m, node, world)
        case ast.While():
            return loops.run_while(m, node, world)
        case ast.Try():
            return handlers.run_try(m, node, world)
        case ast.With() | ast.AsyncWith():
            return blocks.run_with(m, node, world)
    if type(node).__name__ == "TryStar":
        return handlers.run_try(m, cast("ast.Try", node), world)
    return None


def _simple(m: Machine, node: ast.stmt, world: World) -> list[Outcome] | None:
    match node:
        case ast.Expr(value=value):
            found = evaluate(m, value, world)
            if isinstance(found, Coroutine):
                not_awaited(m, world, found, "dropped", value)
        case ast.Assign(targets=targets, value=value):
            found = LazyItems(value) if isinstance(value, ast.GeneratorExp) else evaluate(m, value, world)
            for target in targets:
                assign(m, target, found, world, value)
        case ast.AnnAssign(target=target, value=value):
            _annotated(m, node, target, value, world)
        case ast.AugAssign(target=target, value=value):
            found = evaluate(m, value, world)
            read = ast.copy_location(_loading(target), target)
            held = evaluate(m, read, world)
            if isinstance(found, Row):
                single.computed(m, world, found, held, node)
            assign(m, target, _augmented(m, node, held, found, world), world, value)
        case ast.Return(value=value):
            found = NONE if value is None else evaluate(m, value, world)
            return [Outcome(Kind.RETURN, world, found, site=m.site(world, node))]
        case ast.Raise():
            raise Raised(_raised(m, node, world))
        case ast.Break():
            return [Outcome(Kind.BREAK, world)]
        case ast.Continue():
            return [Outcome(Kind.CONTINUE, world)]
        case ast.Delete(targets=targets):
            for target in targets:
                delete(m, target, world)
        case ast.Assert(test=test):
            return _asserted(m, test, world)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            from sessile.flow.definitions import define

            world.bind(node.name, define(m, node, world))
        case ast.Import() | ast.ImportFrom():
            from sessile.flow.names import import_locally

            import_locally(m, node, world)
        case ast.Nonlocal(names=names):
            for name in names:
                world.bind(name, UNKNOWN)
    return None


def _augmented(m: Machine, node: ast.AugAssign, held: Value, found: Value, world: World) -> Value:
    """What `text += more` makes, or `attempts -= 1`; other sums are not followed."""
    if not isinstance(node.op, ast.Add) or not (strings.is_text(held) or strings.is_text(found)):
        return counted(world, node, held, found)
    sum_of = ast.copy_location(ast.BinOp(node.target, node.op, node.value), node)
    return strings.added(m, world, sum_of, held, found)


def _annotated(m: Machine, node: ast.AnnAssign, target: ast.expr, value: ast.expr | None, world: World) -> None:
    if value is None:
        return
    found = evaluate(m, value, world)
    if found is UNKNOWN:
        from sessile.flow.annotations import declared

        found = declared(m, node.annotation, world)
    assign(m, target, found, world, value)


def _asserted(m: Machine, test: ast.expr, world: World) -> list[Outcome]:
    from sessile.flow.branches import assume

    if assume(m, test, True, world):
        return [Outcome(Kind.NORMAL, world)]
    raise Raised(Failure(("AssertionError", "Exception")))


def _raised(m: Machine, node: ast.Raise, world: World) -> Failure:
    from sessile.flow.handlers import failure_of

    site = m.site(world, node)
    if node.cause is not None:
        evaluate(m, node.cause, world)
    if node.exc is None:
        return Failure((), site)
    evaluate(m, node.exc, world)
    return failure_of(m, node.exc, world, site)


def _loading(target: ast.expr) -> ast.expr:
    match target:
        case ast.Name(id=name):
            return ast.Name(name, ast.Load())
        case ast.Attribute(value=value, attr=attr):
            return ast.Attribute(value, attr, ast.Load())
        case ast.Subscript(value=value, slice=index):
            return ast.Subscript(value, index, ast.Load())
    return target


@once
def _looks_up(node: ast.stmt) -> bool:
    """Whether a simple statement asks for an item, which may be missing."""
    nested = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return not isinstance(node, nested) and any(isinstance(child, ast.Subscript) for child in ast.walk(node))
