"""Loops and comprehensions.

A loop runs no, one or two times. The element of a collection is an object of its own each time; what happened to an
earlier one is what has happened to every element once the loop is over.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow import members
from sessile.flow.assignment import assign
from sessile.flow.collections import is_literal, nth
from sessile.flow.counters import forget
from sessile.flow.evaluation import evaluate
from sessile.flow.frames import Round
from sessile.flow.items import is_marked, mark
from sessile.flow.machine import Kind, Machine, Outcome, distinct
from sessile.flow.records import replace
from sessile.flow.results import use_up
from sessile.flow.scalars import SAFE
from sessile.flow.turns import counted, earlier, ended, indexed, settled, turned
from sessile.flow.values import (
    SCALAR,
    UNKNOWN,
    CollectionRef,
    Coroutine,
    Generator,
    LazyItems,
    Members,
    Query,
    ResultRef,
    Tuple,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessile.flow.sameness import Start
    from sessile.flow.world import World

Loop = ast.For | ast.AsyncFor
ROUNDS = 2


def run_for(m: Machine, node: Loop, world: World) -> list[Outcome]:
    """Run a `for` loop over whatever its iterable is."""
    outcomes: list[Outcome] = []
    for start in m.explore(world, lambda here: here.bind("for ", evaluate(m, node.iter, here))):
        if start.kind is not Kind.NORMAL:
            outcomes.append(start)
            continue
        here = start.world
        value = here.frame.variables.pop("for ")
        if isinstance(value, Generator):
            outcomes.extend(_over_generator(m, node, value, here))
        else:
            outcomes.extend(_over(m, node, value, here))
    return outcomes


def _over(m: Machine, node: Loop, value: Value, world: World) -> list[Outcome]:
    ready = m.explore(world, lambda here: here.bind("for ", source(m, here, value, node.iter)))
    outcomes: list[Outcome] = []
    for start in ready:
        if start.kind is not Kind.NORMAL:
            outcomes.append(start)
            continue
        elements = start.world.frame.variables.pop("for ")
        outcomes.extend(_rounds(m, node, elements, start.world, value))
    return outcomes


def source(m: Machine, world: World, value: Value, node: ast.expr) -> Value:
    """The collection behind an iterable: a result is fetched, a query is run."""
    match value:
        case LazyItems(node=items):
            from sessile.flow.comprehensions import comprehension

            return comprehension(m, items, world)
        case ResultRef():
            from sessile.flow.fetching import iterate

            return iterate(m, world, value, node)
        case Query():
            from sessile.flow.queries import take, used
            from sessile.orm.api.result import Fetch

            used(m, world, value, "__iter__", node)
            return take(m, world, value, "__iter__", Fetch.ITERATE, m.site(world, node))
        case Coroutine():
            from sessile.flow.awaiting import not_awaited

            not_awaited(m, world, value, "iterated", node)
    return value


def fetched(m: Machine, world: World, value: Value, node: ast.expr) -> Value:
    """All that a result or a query has, as unpacking takes it."""
    found = source(m, world, value, node)
    use_up(world, value, "all", m.site(world, node))
    return found


def _rounds(m: Machine, node: Loop, elements: Value, world: World, result: Value = UNKNOWN) -> list[Outcome]:
    """Run the body for the first elements; after each round the loop may be over, and then `result` is used up."""
    from sessile.flow.statements import run_body

    must, finite = length(world, elements)
    count = counted(node)
    if count is not None:
        must, finite = count > 0, count if count <= ROUNDS else None
    breaks = isinstance(result, ResultRef) and any(isinstance(each, ast.Break) for each in ast.walk(node))
    start = m.parting(world)
    m.begun[node] = len(m.work)
    done: list[Outcome] = []
    running: list[tuple[World, tuple[Value, ...]]] = [(world, ())]
    over: list[tuple[World, tuple[Value, ...]]] = [] if must else [(world.copy(), ())]
    for number in range(ROUNDS if finite is None else min(finite, ROUNDS + 1)):
        following: list[tuple[World, tuple[Value, ...]]] = []
        for here, seen in running:
            for outcome, taken in _round(m, node, elements, seen, here, run_body):
                after = outcome.world
                if outcome.kind in (Kind.NORMAL, Kind.CONTINUE):
                    turned(after, node)
                    following.append((after, (*seen, taken)))
                elif outcome.kind is Kind.BREAK:
                    done.append(Outcome(Kind.NORMAL, after))
                else:
                    done.append(outcome)
        running = _trimmed(following, start)
        over = [(each.copy(), seen) for each, seen in running] + (
            over if number == 0 and not must else _before(over, finite)
        )
        if not running:
            break
    for here, seen in over:
        ended(here, node)
        if not breaks:
            use_up(here, result, "all", m.site(here, node.iter))
        settle(here, elements, seen)
        if not seen and finite is None:
            _emptied(here, elements)
            _emptied(here, indexed(here, node))
        done.extend(run_body(m, node.orelse, here))
    return distinct(done, start)


def _before(over: list[tuple[World, tuple[Value, ...]]], finite: int | None) -> list[tuple[World, tuple[Value, ...]]]:
    return over if finite is None else []


def _trimmed(running: list[tuple[World, tuple[Value, ...]]], start: Start) -> list[tuple[World, tuple[Value, ...]]]:
    kept = distinct([Outcome(Kind.NORMAL, here, Tuple(seen)) for here, seen in running], start, 6)
    return [(outcome.world, outcome.value.items) for outcome in kept if isinstance(outcome.value, Tuple)]


def _round(
    m: Machine,
    node: Loop,
    elements: Value,
    seen: tuple[Value, ...],
    world: World,
    run: Callable[[Machine, list[ast.stmt], World], list[Outcome]],
) -> list[tuple[Outcome, Value]]:
    site = m.site(world, node)
    here = world.copy()
    taken = element_of(m, here, elements, len(seen), node)
    if is_many(here, elements):
        mark(here, taken, site)
    results: list[tuple[Outcome, Value]] = []
    for bound in m.explore(here, lambda each: assign(m, node.target, taken, each, node.iter)):
        if bound.kind is not Kind.NORMAL:
            results.append((bound, taken))
            continue
        bound.world.frame.loops = (*bound.world.frame.loops, Round(site, (*seen, *earlier(bound.world, node))))
        for outcome in run(m, node.body, bound.world):
            if len(outcome.world.frames) == len(world.frames):
                outcome.world.frame.loops = world.frame.loops
            results.append((outcome, taken))
    return results


def is_many(world: World, value: Value) -> bool:
    """Whether a collection holds any number of elements that were loaded together."""
    return isinstance(value, CollectionRef) and world.collection(value.handle).each is not None


def length(world: World, value: Value) -> tuple[bool, int | None]:
    """Whether there is at least one element, and how many if that is known."""
    match value:
        case Members(names=names):
            return bool(names), None
        case Tuple(items=items):
            return bool(items), len(items)
        case CollectionRef(handle=handle):
            state = world.collection(handle)
            if state.each is None and state.items:
                return True, len(state.items)
    return False, None


def element_of(m: Machine, world: World, value: Value, number: int, loop: ast.AST | None = None) -> Value:
    """The element that the turn `number` of a loop takes."""
    match value:
        case Members() if loop is not None:
            return members.element(value, loop)
        case Tuple(items=items):
            return items[number] if number < len(items) else UNKNOWN
        case CollectionRef(handle=handle, view=view):
            state = world.collection(handle)
            if state.kind == "dict" and not view:
                return SAFE if is_literal(state, keys=True) else SCALAR
            return nth(m, world, value, number)
    return UNKNOWN


def an_element(m: Machine, world: World, value: Value, node: ast.expr) -> Value:
    """One of the elements that an iterable gives; UNKNOWN where they are not in sight."""
    if isinstance(value, Generator):
        return UNKNOWN
    elements = source(m, world, value, node)
    element = element_of(m, world, elements, 0)
    if is_many(world, elements):
        mark(world, element, m.site(world, node))
    return element


def settle(world: World, elements: Value, seen: tuple[Value, ...]) -> None:
    """After the loop every element is in the state of the one that was seen first."""
    if not isinstance(elements, CollectionRef) or not seen:
        return
    state = world.collection(elements.handle)
    if state.each is None:
        return
    model = seen[0].items[-1] if elements.view == "items" and isinstance(seen[0], Tuple) else seen[0]
    settled(world, state.each, model)
    for known in state.known.values():
        settled(world, known, model)


def _emptied(world: World, elements: Value | None) -> None:
    """A loop that never ran had nothing to run over."""
    if isinstance(elements, CollectionRef) and world.collection(elements.handle).each is not None:
        world.update(elements.handle, each=None)


def _over_generator(m: Machine, node: Loop, value: Generator, world: World) -> list[Outcome]:
    """Run a generator of the workspace; the loop's body runs at each of its `yield`s.

    Leaving the loop closes the generator there. An asynchronous one is closed later, by the event loop: that is before
    anybody out of sight reads what is returned, and after whoever is in sight.
    """
    from sessile.flow.functions import run_function, too_deep
    from sessile.flow.statements import run_body

    if too_deep(m, value.callee):
        return _rounds(m, node, UNKNOWN, world)

    left: list[Outcome] = []

    def body(here: World, element: Value) -> list[Outcome]:
        outcomes: list[Outcome] = []
        loops, site = here.frame.loops, m.site(here, node)
        if is_marked(here, element):
            mark(here, element, site)
            here.frame.loops = (*loops, Round(site))
        for bound in m.explore(here, lambda each: assign(m, node.target, element, each, node.iter)):
            if bound.kind is not Kind.NORMAL:
                outcomes.append(bound)
                continue
            for outcome in run_body(m, node.body, bound.world):
                outcome.world.frame.loops = loops
                outcomes.append(replace_kind(outcome))
        if isinstance(node, ast.For):
            return outcomes
        at_once = (Kind.NORMAL, Kind.RETURN) if len(world.frames) == 1 else (Kind.NORMAL,)
        left.extend(outcome for outcome in outcomes if outcome.kind not in at_once)
        return [outcome for outcome in outcomes if outcome.kind in at_once]

    arguments = value.arguments
    outcomes = [*run_function(m, world, value.callee, arguments, value.node, consumer=body, looped=True), *left]
    return [Outcome(Kind.NORMAL, each.world) if each.kind is Kind.BREAK else each for each in outcomes]


def replace_kind(outcome: Outcome) -> Outcome:
    """`continue` asks the generator for more."""
    return Outcome(Kind.NORMAL, outcome.world) if outcome.kind is Kind.CONTINUE else outcome


def run_while(m: Machine, node: ast.While, world: World) -> list[Outcome]:
    """Run a `while` loop no, one or two times, as its condition allows."""
    from sessile.flow.branches import under

    start, loops = m.parting(world), world.frame.loops
    done: list[Outcome] = []
    worlds = [world]
    for _ in range(ROUNDS):
        following: list[World] = []
        for here in worlds:
            done.extend(under(m, node.test, False, node.orelse, _left(here, node)))
            for outcome in under(m, node.test, True, node.body, _inside(m, here, node)):
                if len(outcome.world.frames) == len(world.frames):
                    outcome.world.frame.loops = loops
                if outcome.kind in (Kind.NORMAL, Kind.CONTINUE):
                    outcome.world.assumed.clear()
                    turned(outcome.world, node)
                    following.append(outcome.world)
                elif outcome.kind is Kind.BREAK:
                    done.append(Outcome(Kind.NORMAL, outcome.world))
                else:
                    done.append(outcome)
        worlds = [outcome.world for outcome in distinct([Outcome(Kind.NORMAL, each) for each in following], start, 6)]
    for here in worlds:
        forget(here, node)
        done.extend(under(m, node.test, False, node.orelse, _left(here, node)))
    return distinct(done, start)


def _inside(m: Machine, world: World, node: ast.While) -> World:
    here = world.copy()
    here.frame.loops = (*here.frame.loops, Round(m.site(here, node), earlier(here, node)))
    return here


def _left(world: World, node: ast.While) -> World:
    here = world.copy()
    ended(here, node)
    return here


__all__ = ["replace", "run_for", "run_while", "source"]
