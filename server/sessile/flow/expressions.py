"""Evaluates expressions in one world, with every effect that evaluation has."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow import concurrency, counters, membership, results, rows, single, strings
from sessile.flow.arguments import spelled_out
from sessile.flow.attributes import attribute
from sessile.flow.awaiting import not_awaited
from sessile.flow.calls import awaited, call_node
from sessile.flow.evaluation import evaluate, evaluates
from sessile.flow.events import Wrong
from sessile.flow.machine import Failure, Infeasible, Kind, Machine, Outcome, Raised
from sessile.flow.names import name_value
from sessile.flow.scalars import SAFE
from sessile.flow.values import (
    NONE,
    UNKNOWN,
    AttributeRef,
    CollectionRef,
    Const,
    Coroutine,
    Criterion,
    Entity,
    External,
    Function,
    Generic,
    Query,
    ResultRef,
    Row,
    Scalar,
    SessionRef,
    Tuple,
    Unknown,
    Value,
)
from sessile.flow.world import CollectionState

if TYPE_CHECKING:
    from sessile.flow.world import World

#: What a generator is told at its `yield` when it is closed there.
CLOSED = Failure(("GeneratorExit", "BaseException"))


@evaluates(ast.Constant)
def _constant(m: Machine, node: ast.Constant, world: World) -> Value:
    return Const(node.value)


@evaluates(ast.Name)
def _name(m: Machine, node: ast.Name, world: World) -> Value:
    return name_value(m, world, node.id)


@evaluates(ast.Attribute)
def _attribute(m: Machine, node: ast.Attribute, world: World) -> Value:
    return attribute(m, world, evaluate(m, node.value, world), node.attr, node)


@evaluates(ast.Call)
def _call(m: Machine, node: ast.Call, world: World) -> Value:
    return call_node(m, world, node)


@evaluates(ast.Await)
def _await(m: Machine, node: ast.Await, world: World) -> Value:
    value = evaluate(m, node.value, world)
    if not isinstance(value, Coroutine):
        concurrency.settle(world)
    return awaited(m, world, value, node)


@evaluates(ast.NamedExpr)
def _walrus(m: Machine, node: ast.NamedExpr, world: World) -> Value:
    value = evaluate(m, node.value, world)
    world.bind(node.target.id, value)
    return value


@evaluates(ast.Tuple)
def _tuple(m: Machine, node: ast.Tuple, world: World) -> Value:
    return Tuple(tuple(_element(m, item, world) for item in node.elts))


@evaluates(ast.List, ast.Set)
def _list(m: Machine, node: ast.expr, world: World) -> Value:
    assert isinstance(node, ast.List | ast.Set)
    starred = any(isinstance(item, ast.Starred) for item in node.elts)
    items = tuple(_element(m, item, world) for item in node.elts)
    kind = "set" if isinstance(node, ast.Set) else "list"
    state = CollectionState(kind, each=items[0] if items else None) if starred else CollectionState(kind, items)
    return CollectionRef(m.new(world, state))


def _element(m: Machine, node: ast.expr, world: World) -> Value:
    if isinstance(node, ast.Starred):
        inner = evaluate(m, node.value, world)
        return (world.collection(inner.handle).each or UNKNOWN) if isinstance(inner, CollectionRef) else UNKNOWN
    return evaluate(m, node, world)


@evaluates(ast.Dict)
def _dict(m: Machine, node: ast.Dict, world: World) -> Value:
    known: dict[str, Value] = {}
    rest: list[Value] = []
    for key, item in zip(node.keys, node.values, strict=True):
        value = evaluate(m, item, world)
        found = evaluate(m, key, world) if key is not None else UNKNOWN
        unpacked = spelled_out(world, value) if key is None else None
        if isinstance(found, Const):
            known[repr(found.value)] = value
        elif unpacked is not None:
            known.update({repr(name): given for name, given in unpacked.items()})
        elif key is None or value is not UNKNOWN:
            rest.append(value)
    state = CollectionState("dict", items=(*known.values(), *rest), known=known)
    return CollectionRef(m.new(world, state))


@evaluates(ast.JoinedStr)
def _joined(m: Machine, node: ast.JoinedStr, world: World) -> Value:
    from sessile.flow.calls import formatted

    values: dict[int, Value] = {}
    for position, item in enumerate(node.values):
        if isinstance(item, ast.FormattedValue):
            values[position] = evaluate(m, item.value, world)
            formatted(m, world, values[position], item.value)
    return strings.joined_string(m, world, node, values)


@evaluates(ast.BinOp)
def _binary(m: Machine, node: ast.BinOp, world: World) -> Value:
    left, right = evaluate(m, node.left, world), evaluate(m, node.right, world)
    for value, other in ((left, right), (right, left)):
        operated(m, world, value, node, "computed", other)
    text = _computed_text(m, world, node, left, right)
    if text is not None:
        return text
    if isinstance(left, AttributeRef | Criterion | Scalar) or isinstance(right, Criterion):
        return left if isinstance(left, Scalar) else Criterion()
    return UNKNOWN


def _computed_text(m: Machine, world: World, node: ast.BinOp, left: Value, right: Value) -> Value | None:
    """A string that is put together from two; None if this is something else, such as an SQL expression."""
    if isinstance(left, AttributeRef | Criterion) or isinstance(right, AttributeRef | Criterion):
        return None
    match node.op:
        case ast.Add() if strings.is_text(left) or strings.is_text(right):
            return strings.added(m, world, node, left, right)
        case ast.Mod() if strings.is_text(left):
            return strings.percent(m, world, node, left, right)
        case ast.Mult() if strings.is_text(left):
            return SAFE if isinstance(left, Const) else left
        case ast.Mult() if isinstance(left, CollectionRef):
            return left
    return None


@evaluates(ast.Compare)
def _compare(m: Machine, node: ast.Compare, world: World) -> Value:
    left = evaluate(m, node.left, world)
    rights = [evaluate(m, item, world) for item in node.comparators]
    if len(rights) == 1 and isinstance(rights[0], SessionRef) and isinstance(node.ops[0], ast.In | ast.NotIn):
        return membership.contained(world, rights[0].handle, left, isinstance(node.ops[0], ast.In))
    single.compared(m, world, node, [left, *rights])
    for value in (left, *rights):
        operated(m, world, value, node, "compared")
    if len(rights) == 1 and isinstance(left, AttributeRef):
        if isinstance(node.ops[0], ast.NotEq) and rights[0] == NONE:
            return Criterion(present=left)
        equal = isinstance(node.ops[0], ast.Eq)
        return Criterion(left, node.comparators[0], rights[0]) if equal else Criterion()
    if len(rights) == 1 and isinstance(rights[0], AttributeRef):
        equal = isinstance(node.ops[0], ast.Eq)
        return Criterion(rights[0], node.left, left) if equal else Criterion()
    return counters.compared(node, left, rights)


def operated(m: Machine, world: World, value: Value, node: ast.AST, how: str, other: Value = UNKNOWN) -> None:
    """Something is computed or tested that is no plain value: a Row, or a coroutine that was not awaited."""
    if isinstance(value, Row) and how == "computed":
        single.computed(m, world, value, other, node)
    elif isinstance(value, Row) and how == "tested":
        single.tested(m, world, value, node)
    elif isinstance(value, Coroutine):
        not_awaited(m, world, value, how, node)
    elif isinstance(value, ResultRef) and how == "tested":
        results.wrong(m, world, value, "", Wrong.TESTED, m.site(world, node))


@evaluates(ast.UnaryOp)
def _unary(m: Machine, node: ast.UnaryOp, world: World) -> Value:
    from sessile.flow.truth import truth

    value = evaluate(m, node.operand, world)
    if isinstance(value, Row) and not isinstance(node.op, ast.Not):
        single.computed(m, world, value, UNKNOWN, node)
    if isinstance(node.op, ast.Not):
        operated(m, world, value, node.operand, "tested")
        known = truth(world, value)
        return UNKNOWN if known is None else Const(not known)
    return Criterion() if isinstance(value, Criterion | AttributeRef) else UNKNOWN


@evaluates(ast.BoolOp)
def _boolean(m: Machine, node: ast.BoolOp, world: World) -> Value:
    """`a or b`: the operands that are evaluated decide the value; each stop is an alternative."""
    from sessile.flow.branches import decided, settled

    decisive = isinstance(node.op, ast.Or)
    for item, following in zip(node.values, node.values[1:], strict=False):
        value = decided(m, item, world)
        if value is not None and following is node.values[-1] and (default := _default(m, value, following, world)):
            return default
        stops = m.choose(world, 2) == 1
        value = settled(m, item, value, decisive if stops else not decisive, world)
        if stops:
            return value
    return evaluate(m, node.values[-1], world)


def _default(m: Machine, value: Value, other: ast.expr, world: World) -> Value | None:
    """`x.get("age") or 0`: of nothing known or something plain it makes no difference which it is."""
    if not isinstance(value, Unknown | Scalar) or not isinstance(other, ast.Constant | ast.Name):
        return None
    found = evaluate(m, other, world)
    if isinstance(found, Const) and isinstance(value, Scalar):
        return value
    return UNKNOWN if isinstance(found, Unknown | Const | Scalar) else None


@evaluates(ast.IfExp)
def _conditional(m: Machine, node: ast.IfExp, world: World) -> Value:
    from sessile.flow.branches import assume

    chosen = m.choose(world, 2) == 0
    if not assume(m, node.test, chosen, world):
        raise Infeasible
    return evaluate(m, node.body if chosen else node.orelse, world)


@evaluates(ast.Subscript)
def _subscript(m: Machine, node: ast.Subscript, world: World) -> Value:
    from sessile.flow.collections import element

    value = evaluate(m, node.value, world)
    if isinstance(value, External) or type(value).__name__ == "ClassRef":
        return _generic(m, value, node, world)
    index = evaluate(m, node.slice, world)
    match value:
        case Entity():
            rows.taken_apart(m, world, value, node.slice, node)
            return UNKNOWN
        case Row():
            return rows.item(value, index)
        case Tuple(items=items):
            return rows.positioned(items, index.value if isinstance(index, Const) else None)
        case CollectionRef():
            return element(m, world, value, node.slice, index)
        case Coroutine():
            not_awaited(m, world, value, "indexed", node)
        case Scalar():
            rows.taken_apart(m, world, value, node.slice, node)
            return value if value.kind == "safe" else UNKNOWN
        case Const(value=str()):
            return SAFE
        case Query():
            return _of_query(m, world, value, node)
        case ResultRef():
            results.wrong(m, world, value, "", Wrong.INDEXED, m.site(world, node))
    return UNKNOWN


def _of_query(m: Machine, world: World, query: Query, node: ast.Subscript) -> Value:
    """`query[0]` is one row, `query[:2]` a list of them."""
    from sessile.flow.queries import take, used
    from sessile.orm.api.result import Fetch

    used(m, world, query, "__getitem__", node)
    many = isinstance(node.slice, ast.Slice)
    return take(m, world, query, "__getitem__", Fetch.ALL if many else Fetch.ONE, m.site(world, node))


def _generic(m: Machine, value: Value, node: ast.Subscript, world: World) -> Value:
    from sessile.flow.annotations import type_value

    if isinstance(value, External) and value.name.rpartition(".")[2] == "Annotated":
        return type_value(m, node, world)
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    arguments = tuple(type_value(m, item, world) for item in inner)
    origin = value.name.rpartition(".")[2] if isinstance(value, External) else "class"
    return Generic(origin, arguments)


@evaluates(ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
def _comprehension(m: Machine, node: ast.expr, world: World) -> Value:
    from sessile.flow.comprehensions import comprehension

    return comprehension(m, node, world)


@evaluates(ast.Lambda)
def _lambda(m: Machine, node: ast.Lambda, world: World) -> Value:
    frame = world.frame
    scope = frame.scope.module.scope(node, frame.scope.block, frame.scope)
    return Function(scope, closure=frame.seen_by(scope))


@evaluates(ast.Starred)
def _starred(m: Machine, node: ast.Starred, world: World) -> Value:
    evaluate(m, node.value, world)
    return UNKNOWN


@evaluates(ast.Yield)
def _yield(m: Machine, node: ast.Yield, world: World) -> Value:
    value = NONE if node.value is None else evaluate(m, node.value, world)
    return give(m, world, value, node)


def give(m: Machine, world: World, value: Value, node: ast.AST) -> Value:
    """Hand a value to whoever runs the generator, and go on with what they left behind."""
    from sessile.flow.functions import told_of_return

    frame = world.frame
    if frame.consumer is None:
        told_of_return(m, world, value, m.site(world, node), yielded=True)
        return UNKNOWN
    consumer, depth = frame.consumer, len(world.frames)

    def compute() -> list[Outcome]:
        inner = world.copy()
        suspended = inner.frames[depth - 1 :]
        del inner.frames[depth - 1 :]
        inner.frames[-1] = inner.frames[-1].copy()
        outcomes = consumer(inner, value)
        for outcome in outcomes:
            outcome.world.frames.extend(each.copy() for each in suspended)
        return outcomes

    outcome = m.resume(world, compute)
    if outcome is None:
        raise Infeasible
    if outcome.kind is not Kind.NORMAL and frame.looped:
        world.frame.pending = outcome
        raise Raised(CLOSED)
    if outcome.kind is Kind.RAISE and outcome.failure is not None:
        raise Raised(outcome.failure)
    if outcome.kind is not Kind.NORMAL:
        world.frame.pending = outcome
    return UNKNOWN


@evaluates(ast.YieldFrom)
def _yield_from(m: Machine, node: ast.YieldFrom, world: World) -> Value:
    from sessile.flow.loops import an_element

    element = an_element(m, world, evaluate(m, node.value, world), node.value)
    if element is not UNKNOWN and world.frame.consumer is not None:
        give(m, world, element, node)
    return UNKNOWN
