"""`if`, `match` and what a condition says of the values in it.

A condition that was decided on a path stays decided there until one of its names is assigned again, so
`if flag: commit()` followed by `if flag: refresh()` has two paths, not four.
"""

from __future__ import annotations

import ast
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow import objects, rowcounts, rows, single
from sessile.flow.awaiting import not_awaited
from sessile.flow.collections import is_literal
from sessile.flow.conditions import asked
from sessile.flow.evaluation import evaluate
from sessile.flow.expressions import operated
from sessile.flow.handlers import picking
from sessile.flow.machine import Infeasible, Kind, Machine, Outcome
from sessile.flow.records import replace
from sessile.flow.scalars import SAFE
from sessile.flow.truth import truth
from sessile.flow.values import (
    NONE,
    UNKNOWN,
    ClassRef,
    CollectionRef,
    Const,
    Coroutine,
    Criterion,
    Entity,
    External,
    Row,
    Scalar,
    Tuple,
    Unknown,
    Value,
)
from sessile.flow.world import Life, ObjectState, Status
from sessile.orm.linking import foreign_key
from sessile.orm.mapped import Relationship

#: Classes of which no mapped instance is one.
BUILTIN = frozenset({"bool", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"})

if TYPE_CHECKING:
    from sessile.flow.world import World
    from sessile.orm.mapped import ClassFacts


def run_if(m: Machine, node: ast.If, world: World) -> list[Outcome]:
    """Run both branches, each in the worlds in which its condition can hold."""
    outcomes: list[Outcome] = []
    for wanted, body in ((True, node.body), (False, node.orelse)):
        start = world
        if not wanted and id(node) in picking(world.frame.scope.node):  # nobody knows whether there are other kinds
            start = world.copy()
            start.doubtful = True
        outcomes.extend(under(m, node.test, wanted, body, start))
    return outcomes


def under(m: Machine, test: ast.expr, wanted: bool, body: list[ast.stmt], world: World) -> list[Outcome]:
    """Run `body` where `test` is `wanted`; contradictions vanish."""
    from sessile.flow.statements import run_body

    outcomes: list[Outcome] = []
    for outcome in m.explore(world, lambda here: _held(m, test, wanted, here)):
        if outcome.kind is Kind.NORMAL:
            outcomes.extend(run_body(m, body, outcome.world))
        else:
            outcomes.append(outcome)
    return outcomes


def _held(m: Machine, test: ast.expr, wanted: bool, world: World) -> list[Outcome]:
    try:
        feasible = assume(m, test, wanted, world)
    except Infeasible:
        return []
    return [Outcome(Kind.NORMAL, world)] if feasible else []


def assume(m: Machine, test: ast.expr, wanted: bool, world: World) -> bool:
    """Evaluate a condition and narrow the world to where it is `wanted`. False if that cannot be."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return assume(m, operand, not wanted, world)
        case ast.BoolOp(op=op, values=values):
            return _assume_boolean(m, isinstance(op, ast.And), values, wanted, world)
        case ast.Compare(left=left, ops=[ast.Is() | ast.Eq() as op], comparators=[ast.Constant(value=None)]):
            return _assume_none(m, left, wanted, world, test)
        case ast.Compare(left=left, ops=[ast.IsNot() | ast.NotEq() as op], comparators=[ast.Constant(value=None)]):
            return _assume_none(m, left, not wanted, world, test)
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name() as name, kind]):
            return _assume_instance(m, name, kind, wanted, world)
        case ast.Compare(left=ast.Name() as name, ops=[ast.In() | ast.NotIn() as op], comparators=[choices]):
            member = wanted is isinstance(op, ast.In)
            return _assume_value(m, test, wanted, world) and _assume_choice(m, name, choices, member, world)
        case ast.NamedExpr(target=target, value=value):
            found = evaluate(m, value, world)
            world.bind(target.id, found)
            return _narrow(m, world, target, found, wanted)
    return _assume_value(m, test, wanted, world)


def _assume_choice(m: Machine, name: ast.Name, choices: ast.expr, member: bool, world: World) -> bool:
    """`name in {"id", "age"}`: what was checked against literals is one of them."""
    held = world.frame.variables.get(name.id)
    if member and isinstance(held, Unknown | Scalar):
        here = world.copy()
        given = evaluate(m, choices, here)
        known = isinstance(given, Tuple) and all(isinstance(item, Const) for item in given.items)
        if isinstance(given, CollectionRef):
            known = is_literal(here.collection(given.handle), keys=True)
        if known:
            world.frame.variables[name.id] = SAFE
    return True


def _assume_boolean(m: Machine, conjunction: bool, values: list[ast.expr], wanted: bool, world: World) -> bool:
    """`a and b` is true if all are; false if the first so many are true and the next is not."""
    if wanted is conjunction:
        return all(assume(m, item, wanted, world) for item in values)
    first = m.choose(world, len(values))
    return all(assume(m, item, conjunction, world) for item in values[:first]) and assume(
        m, values[first], not conjunction, world
    )


def _assume_none(m: Machine, left: ast.expr, wanted: bool, world: World, test: ast.expr) -> bool:
    value = evaluate(m, left, world)
    if isinstance(left, ast.NamedExpr):
        left = left.target
    if isinstance(value, Row):
        single.never_none(m, world, value, test)
    elif isinstance(value, Coroutine):
        not_awaited(m, world, value, "compared", test)
        return not wanted
    if wanted and value != NONE and _chosen_for(m, world, left):
        return False
    match value:
        case Const(value=held):
            return (held is None) is wanted
        case Entity(optional=True) | Row(optional=True):
            _rebind(world, left, value, NONE if wanted else replace(value, optional=False))
            return True
        case _ if value is not UNKNOWN and truth(world, value) is True:
            return not wanted
    return _remembered(world, test, wanted)


def _chosen_for(m: Machine, world: World, node: ast.expr) -> bool:
    """Whether the query of an object asked for rows that have a value in this column, or in the foreign key of this
    relationship, and it has not been changed since."""
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
        return False
    owner = world.lookup(node.value.id)
    state = world.state(owner.handle) if isinstance(owner, Entity) else None
    if not isinstance(state, ObjectState) or state.statement is None or state.dirty is not None:
        return False
    facts, name = state.facts, node.attr
    item = facts.attributes.get(name) if facts is not None else None
    if facts is not None and isinstance(item, Relationship):
        target = objects.target_of(m, facts, item)
        name = (foreign_key(facts, item, target) if target is not None else None) or ""
    present = (each.present for each in state.statement.criteria if isinstance(each, Criterion))
    return any(each is not None and each.name == name and each.owner is facts for each in present)


def _assume_instance(m: Machine, name: ast.Name, kind: ast.expr, wanted: bool, world: World) -> bool:
    """`isinstance(x, Model)`: a subclass of what was queried has columns that the query did not load.

    What was made or loaded here is no `tuple` or `str`; of what only an annotation tells, it may be the truth.
    """
    value, target = evaluate(m, name, world), evaluate(m, kind, world)
    if isinstance(value, Row):
        known = truth(world, rows.is_instance(m, world, value, target, name))
        return known is None or known is wanted
    if isinstance(value, Entity) and wanted and _are_builtin(target):
        if world.object(value.handle).life is not Life.UNKNOWN:
            return False
        _rebind(world, name, value, UNKNOWN)
    if not isinstance(value, Entity) or not isinstance(target, ClassRef):
        return not (wanted and value == NONE)
    facts = world.object(value.handle).facts
    if not wanted:
        if facts is not None and facts.inherits(target.facts):
            _rebind(world, name, value, NONE if value.optional else value)
            return value.optional
        return True
    if facts is not None and not facts.inherits(target.facts):
        if not target.facts.inherits(facts):
            return True
        become(world, value, target.facts)
    if value.optional:
        _rebind(world, name, value, replace(value, optional=False))
    return True


def _are_builtin(kind: Value) -> bool:
    kinds = kind.items if isinstance(kind, Tuple) else (kind,)
    return bool(kinds) and all(isinstance(each, External) and each.name.rpartition(".")[2] in BUILTIN for each in kinds)


def become(world: World, value: Entity, facts: ClassFacts) -> None:
    """The object turns out to be of a subclass: the subclass's own columns were not loaded with the base's, unless the
    mapping says that they are.

    Source: https://docs.sqlalchemy.org/en/20/orm/queryguide/inheritance.html
    """
    state = world.object(value.handle)
    known = state.facts.attributes if state.facts is not None else {}
    own = [column.name for column in facts.columns if column.name not in known]
    loaded = facts.mapper_options.polymorphic_load is not None or (
        state.facts is not None and state.facts.mapper_options.with_polymorphic
    )
    missing = state.life in (Life.PERSISTENT, Life.DETACHED) and not loaded
    statuses = dict.fromkeys(own, Status.UNLOADED) if missing else {}
    world.update(value.handle, facts=facts, attributes=MappingProxyType({**statuses, **state.attributes}))


def _assume_value(m: Machine, test: ast.expr, wanted: bool, world: World) -> bool:
    from sessile.flow.expressions import operated

    value = evaluate(m, test, world)
    operated(m, world, value, test, "tested")
    zero = rowcounts.is_zero(test, wanted)
    if zero is test:
        rowcounts.assume(world, value)
    elif zero is not None and _is_plain(zero):
        rowcounts.assume(world, evaluate(m, zero, world))
    if not _narrow(m, world, test, value, wanted):
        return False
    if isinstance(value, Entity | Row | Const):
        return True
    negated = isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.IsNot | ast.NotEq)
    return _remembered(world, test, wanted is not negated)


def _is_plain(node: ast.expr) -> bool:
    """Whether an expression may be evaluated twice: a name, or an attribute of one."""
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name))


def _narrow(m: Machine, world: World, node: ast.expr, value: Value, wanted: bool) -> bool:
    if isinstance(value, Entity | Row) and value.optional:
        if not wanted and _chosen_for(m, world, node):
            return False
        _rebind(world, node, value, replace(value, optional=False) if wanted else NONE)
        return True
    known = truth(world, value)
    return known is None or known is wanted


def decided(m: Machine, node: ast.expr, world: World) -> Value | None:
    """The value of an operand of `and` or `or` that must not be evaluated twice, or whose truth nobody asks for again.

    None where `settled` evaluates it.
    """
    acts = any(isinstance(each, ast.Call | ast.Await) for each in ast.walk(node))
    plain = isinstance(node, ast.Name) and world.lookup(node.id) is UNKNOWN
    if not acts and not (plain and asked(world, node) is None):
        return None
    value = evaluate(m, node, world)
    operated(m, world, value, node, "tested")
    return value


def settled(m: Machine, node: ast.expr, value: Value | None, wanted: bool, world: World) -> Value:
    """The value of an operand of `and` or `or` where its truth is `wanted`."""
    if value is None:
        if not assume(m, node, wanted, world):
            raise Infeasible
        return evaluate(m, node, world)
    if not _narrow(m, world, node.target if isinstance(node, ast.NamedExpr) else node, value, wanted):
        raise Infeasible
    if isinstance(value, Entity | Row) and value.optional:
        return replace(value, optional=False) if wanted else NONE
    return value


def _rebind(world: World, node: ast.expr, old: Value, new: Value) -> None:
    """Every variable that holds the value is narrowed with it."""
    for name, held in world.frame.variables.items():
        if held == old:
            world.frame.variables[name] = new
    for key, held in world.globals.items():
        if held == old:
            world.globals[key] = new
    if isinstance(node, ast.Name):
        world.frame.variables[node.id] = new


def _remembered(world: World, test: ast.expr, wanted: bool) -> bool:
    """Decide an unknown condition once per path, as long as its names stay the same.

    `wanted` is the truth of the condition with `is` and `==` in place of their negations.
    """
    key = asked(world, test)
    if key is None:
        return True
    held = world.assumed.get(key)
    if held is None:
        world.assumed[key] = wanted
        return True
    return held is wanted


def run_match(m: Machine, node: ast.Match, world: World) -> list[Outcome]:
    """Run every case that the subject can reach; a bare capture or `_` ends the search."""
    outcomes: list[Outcome] = []
    for subject in m.explore(world, lambda here: here.bind("match ", evaluate(m, node.subject, here))):
        if subject.kind is not Kind.NORMAL:
            outcomes.append(subject)
            continue
        outcomes.extend(_cases(m, node, subject.world))
    return outcomes


def _cases(m: Machine, node: ast.Match, world: World) -> list[Outcome]:
    from sessile.flow.statements import run_body

    outcomes: list[Outcome] = []
    value = world.frame.variables.pop("match ", UNKNOWN)
    for case in node.cases:
        certain = False
        for tried in m.explore(world, partial(_tried, m, case.pattern, value, node.subject)):
            if tried.kind is not Kind.NORMAL:
                outcomes.append(tried)
                certain = True
                continue
            certain = certain or tried.value == Const(True)
            if case.guard is not None:
                outcomes.extend(under(m, case.guard, True, case.body, tried.world))
                certain = False
            else:
                outcomes.extend(run_body(m, case.body, tried.world))
        if certain:
            return outcomes
    outcomes.append(Outcome(Kind.NORMAL, world))
    return outcomes


def _tried(m: Machine, pattern: ast.pattern, value: Value, subject: ast.expr, world: World) -> list[Outcome]:
    """Match one pattern: it reads the attributes that it names, and binds what it captures."""
    from sessile.flow.reading import read

    if isinstance(pattern, ast.MatchClass) and isinstance(value, Entity):
        for name in pattern.kwd_attrs:
            read(m, world, value, name, pattern)
    possible, certain = _captures(pattern, value, world, subject)
    return [Outcome(Kind.NORMAL, world, Const(certain))] if possible else []


def _captures(pattern: ast.pattern, value: Value, world: World, subject: ast.expr) -> tuple[bool, bool]:
    """Bind what a pattern captures; whether it can match and whether it must."""
    match pattern:
        case ast.MatchAs(pattern=None, name=name):
            if name is not None:
                world.bind(name, value)
            return True, True
        case ast.MatchAs(pattern=inner, name=name) if inner is not None:
            found = _captures(inner, value, world, subject)
            if name is not None:
                world.bind(name, replace(value, optional=False) if isinstance(value, Entity | Row) else value)
            return found
        case ast.MatchSingleton(value=None):
            possible = value == NONE or value is UNKNOWN or getattr(value, "optional", False)
            if possible and isinstance(value, Entity | Row):
                _rebind(world, subject, value, NONE)
            return possible, value == NONE
        case ast.MatchClass():
            if isinstance(value, Entity | Row) and value.optional:
                _rebind(world, subject, value, replace(value, optional=False))
            return value != NONE, False
        case ast.MatchOr(patterns=patterns):
            each_way = [_captures(each, value, world, subject) for each in patterns]
            return any(possible for possible, _ in each_way), any(certain for _, certain in each_way)
    for each in ast.walk(pattern):
        name = getattr(each, "name", None)
        if isinstance(name, str):
            world.bind(name, UNKNOWN)
    return value != NONE, False
