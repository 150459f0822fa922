"""Comprehensions: their parts run once for one element of what they run over, or not at all.

Over a generator of the workspace they run at each of its `yield`s, while it still holds its session open.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.assignment import assign
from sessile.flow.branches import assume
from sessile.flow.collections import append
from sessile.flow.evaluation import evaluate
from sessile.flow.frames import Round
from sessile.flow.functions import run_function, too_deep
from sessile.flow.items import mark
from sessile.flow.loops import element_of, is_many, length, settle, source
from sessile.flow.machine import Infeasible, Kind, Raised
from sessile.flow.results import use_up
from sessile.flow.values import CollectionRef, Generator, Value
from sessile.flow.world import CollectionState

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessile.flow.machine import Machine, Outcome
    from sessile.flow.world import World

Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
KINDS = {ast.DictComp: "dict", ast.SetComp: "set"}


def comprehension(m: Machine, node: ast.expr, world: World) -> Value:
    """The collection that a comprehension makes."""
    assert isinstance(node, Comprehension)
    saved = dict(world.frame.variables)
    loops = world.frame.loops
    given = evaluate(m, node.generators[0].iter, world)
    if isinstance(given, Generator) and not too_deep(m, given.callee):
        return drained(m, world, given, KINDS.get(type(node), "list"), lambda here, one: _at_yield(m, node, here, one))
    if not _enter(m, node, node.generators[0], given, world):
        world.frame.variables = saved
        return CollectionRef(m.new(world, CollectionState("list")))
    for generator in node.generators[1:]:
        if not _enter(m, node, generator, evaluate(m, generator.iter, world), world):
            world.frame.variables, world.frame.loops = saved, loops
            return CollectionRef(m.new(world, CollectionState("list")))
    each = _result(m, node, world)
    if not any(generator.ifs for generator in node.generators):
        for generator in node.generators:
            _settle(generator, world, saved)
    world.frame.loops = loops
    _restore(node.generators, world, saved)
    return CollectionRef(m.new(world, CollectionState(KINDS.get(type(node), "list"), each=each)))


def drained(
    m: Machine, world: World, value: Generator, kind: str, take: Callable[[World, Value], list[Value]]
) -> Value:
    """Run a generator to its end; the collection of what `take` makes of each value, at the time of its `yield`."""
    kept = CollectionRef(m.new(world, CollectionState(kind)))

    def one(here: World, element: Value) -> None:
        for each in take(here, element):
            append(m, here, kept, each)

    def compute() -> list[Outcome]:
        def consumer(here: World, element: Value) -> list[Outcome]:
            return m.explore(here, lambda each: one(each, element))

        return run_function(m, world, value.callee, value.arguments, value.node, consumer=consumer)

    outcome = m.resume(world, compute)
    if outcome is None:
        raise Infeasible
    if outcome.kind is Kind.RAISE and outcome.failure is not None:
        raise Raised(outcome.failure)
    return kept


def _at_yield(m: Machine, node: Comprehension, world: World, element: Value) -> list[Value]:
    """What a comprehension makes of one value of its first generator: nothing, or one element."""
    first, saved, loops = node.generators[0], dict(world.frame.variables), world.frame.loops
    assign(m, first.target, element, world, first.iter)
    passes = not first.ifs or m.choose(world, 2) == 0
    _filter(m, first.ifs, passes, world)
    rest = node.generators[1:] if passes else []
    passes = passes and all(_enter(m, node, each, evaluate(m, each.iter, world), world) for each in rest)
    found = [_result(m, node, world)] if passes else []
    world.frame.loops = loops
    _restore(node.generators, world, saved)
    return found


def _enter(m: Machine, node: Comprehension, generator: ast.comprehension, given: Value, world: World) -> bool:
    """Bind the target to one element; False if this path has none."""
    value = source(m, world, given, generator.iter)
    if not isinstance(node, ast.GeneratorExp):
        use_up(world, given, "all", m.site(world, generator.iter))
    must, _ = length(world, value)
    if not must and m.choose(world, 2) == 1:
        return False
    taken = element_of(m, world, value, 0, node)
    site = m.site(world, generator.target)
    if is_many(world, value):
        mark(world, taken, site)
    assign(m, generator.target, taken, world, generator.iter)
    world.frame.loops = (*world.frame.loops, Round(site))
    _filter(m, generator.ifs, True, world)
    return True


def _filter(m: Machine, tests: list[ast.expr], wanted: bool, world: World) -> None:
    """Go on where all conditions hold, or (`wanted` False) where one of them does not."""
    if wanted:
        holds = all(assume(m, test, True, world) for test in tests)
    else:
        first = m.choose(world, len(tests))
        holds = all(assume(m, test, True, world) for test in tests[:first]) and assume(m, tests[first], False, world)
    if not holds:
        raise Infeasible


def _settle(generator: ast.comprehension, world: World, saved: dict[str, Value]) -> None:
    """Where no condition left any out, all elements are now like the one that was looked at."""
    if not isinstance(generator.iter, ast.Name) or not isinstance(generator.target, ast.Name):
        return
    elements = saved.get(generator.iter.id)
    taken = world.frame.variables.get(generator.target.id)
    if elements is not None and taken is not None:
        settle(world, elements, (taken,))


def _result(m: Machine, node: Comprehension, world: World) -> Value:
    if isinstance(node, ast.DictComp):
        evaluate(m, node.key, world)
        return evaluate(m, node.value, world)
    return evaluate(m, node.elt, world)


def _restore(generators: list[ast.comprehension], world: World, saved: dict[str, Value]) -> None:
    """The targets are names of the comprehension alone."""
    names = {name for generator in generators for name in _names(generator.target)}
    world.frame.variables = {
        **{name: held for name, held in world.frame.variables.items() if name not in names},
        **{name: held for name, held in saved.items() if name in names},
    }


def _names(target: ast.expr) -> set[str]:
    return {child.id for child in ast.walk(target) if isinstance(child, ast.Name)}
