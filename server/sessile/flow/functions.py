"""Calls of functions of the workspace: their bodies are followed, with the arguments of the call.

What a called function does to sessions and objects therefore needs no summary of its own; what it returns is what it
really returns. Depth, recursion and budget bound the work; beyond them the call counts as out of sight.
"""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow import dropping, inert, promises
from sessile.flow.annotations import declared, hinted
from sessile.flow.events import Returned, SessionUsed
from sessile.flow.frames import Frame
from sessile.flow.machine import DEPTH, Infeasible, Kind, Machine, Outcome, Raised, distinct, spread
from sessile.flow.relevance import relevant
from sessile.flow.scopes import parameters
from sessile.flow.values import (
    NONE,
    UNKNOWN,
    Arguments,
    CollectionRef,
    Const,
    Dependency,
    Entity,
    Function,
    Row,
    SessionRef,
    Tuple,
    Value,
)
from sessile.flow.world import CollectionState, Life, SessionState, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessile.flow.scopes import FunctionNode
    from sessile.flow.story import Site
    from sessile.flow.world import ObjectState

Consumer = "Callable[[World, Value], list[Outcome]]"
#: How many exits of a called function its caller distinguishes.
EXITS = 4


def call_function(
    m: Machine, world: World, function: Function, arguments: Arguments, node: ast.AST, greenlet: bool = False
) -> Value:
    """Run a function to its end; several ends are alternatives of the calling statement."""
    if m.probe is not None and function.scope is m.probe.scope:
        return m.probe.called(world, arguments)
    point = m.point(world)
    if not m.computed(world, point):
        known = _known(m, world, function, arguments, node)
        if known is not None:
            return known

    def run() -> list[Outcome]:
        return _exits(run_function(m, world, function, arguments, node, greenlet=greenlet))

    def compute() -> list[Outcome]:
        outcomes = inert.followed(m, world, function, arguments, lambda: m.within_share(function.scope, run))
        if outcomes is None:
            here = world.copy()
            return [Outcome(Kind.NORMAL, here, _out_of_sight(m, here, function, arguments))]
        return outcomes

    outcome = m.resume(world, compute, point)
    if outcome is None:
        raise Infeasible
    if outcome.kind is Kind.RAISE and outcome.failure is not None:
        raise Raised(outcome.failure)
    return outcome.value


def _known(m: Machine, world: World, function: Function, arguments: Arguments, node: ast.AST) -> Value | None:
    """What a call gives that need not be followed, or is not; None for any other."""
    if too_deep(m, function) or m.gave_up_on(function.scope):
        return _out_of_sight(m, world, function, arguments)
    if inert.harmless(m, world, function, arguments):
        m.opaque += 1
        m.followed.setdefault(function.scope.node, set()).add(id(node))
        return _promised(m, world, function)
    return inert.recall(m, world, function, arguments, node)


def _out_of_sight(m: Machine, world: World, function: Function, arguments: Arguments) -> Value:
    """Nobody sees what a call does that is not followed; what it gives is what is promised."""
    from sessile.flow.calls import havoc

    receiver = (function.receiver,) if function.receiver is not None else ()
    held = _within_reach(world, function) if relevant(m, function.scope) else ()
    havoc(m, world, (*arguments.everything(), *receiver, *held))
    return _promised(m, world, function)


def _within_reach(world: World, function: Function) -> tuple[Value, ...]:
    """What a function may use without being given it: sessions of registries, and variables around it."""
    shared = (
        SessionRef(handle) for handle, state in world.heap.items() if isinstance(state, SessionState) and state.scoped
    )
    around = (value for name, value in _closure(world, function).items() if name in function.scope.named)
    return (*shared, *around, *world.globals.values())


def _exits(outcomes: list[Outcome]) -> list[Outcome]:
    """The ends of a call that its caller distinguishes: those that return before those that raise."""
    returning = [each for each in outcomes if each.kind is not Kind.RAISE]
    raising = [each for each in outcomes if each.kind is Kind.RAISE]
    kept = spread(returning, EXITS)
    return kept + spread(raising, max(EXITS - len(kept), 1))


def _promised(m: Machine, world: World, function: Function) -> Value:
    """What a call that was not followed gives, by its annotation."""
    returns = getattr(function.scope.node, "returns", None)
    return declared(m, returns, world, function.scope) if returns is not None else UNKNOWN


def too_deep(m: Machine, function: Function) -> bool:
    """Whether a call is not followed: recursion, or too far down."""
    return len(m.active) >= DEPTH or function.scope in m.active


def run_function(
    m: Machine,
    world: World,
    function: Function,
    arguments: Arguments,
    node: ast.AST,
    consumer: Callable[[World, Value], list[Outcome]] | None = None,
    greenlet: bool = False,
    looped: bool = False,
) -> list[Outcome]:
    """Run a function in a frame of its own.

    Outcomes are back in the caller's frame: NORMAL with the returned value, RAISE, or how the consumer of a generator
    ended (RETURN, BREAK, CONTINUE).
    """
    start = m.parting(world)
    inner = world.copy()
    m.followed.setdefault(function.scope.node, set()).add(id(node))
    closure = _closure(world, function)
    site = m.site(world, node)
    frame = Frame(
        function.scope, {}, closure, site, greenlet=greenlet, consumer=consumer, looped=looped, born=start.since
    )
    inner.frames.append(frame)
    m.active.append(function.scope)
    try:
        outcomes: list[Outcome] = []
        for bound in m.explore(inner, lambda here: bind(m, here, function, arguments)):
            if bound.kind is Kind.NORMAL:
                outcomes.extend(run_code(m, function.scope.node, bound.world))
            else:
                outcomes.append(bound)
    finally:
        m.active.pop()
    return distinct([_left(m, outcome) for outcome in outcomes], start)


def _closure(world: World, function: Function) -> dict[str, Value]:
    """The variables of the functions around, as they are now if those still run."""
    closure = dict(function.closure or {})
    for frame in world.frames:
        if frame.scope is function.scope.parent:
            closure.update(frame.variables)
    return closure


def run_code(m: Machine, node: FunctionNode | ast.Module | ast.ClassDef, world: World) -> list[Outcome]:
    """Run the body of a function or the expression of a lambda."""
    from sessile.flow.evaluation import evaluate
    from sessile.flow.statements import run_body

    if isinstance(node, ast.Lambda):
        return m.explore(
            world, lambda here: [Outcome(Kind.RETURN, here, evaluate(m, node.body, here), site=m.site(here, node.body))]
        )
    return run_body(m, node.body, world)


def _left(m: Machine, outcome: Outcome) -> Outcome:
    """Leave the frame: tell what is returned, hand on how a generator's consumer ended."""
    world = outcome.world
    if outcome.kind is Kind.RETURN and outcome.site is not None:
        told_of_return(m, world, outcome.value, outcome.site)
        _storied(m, world, outcome.value, outcome.site)
    pending = world.frame.pending
    lies = outcome.kind is Kind.RETURN and promises.broken(m, world, outcome.value) is not None
    left = world.leave()
    if pending is not None and (outcome.kind is not Kind.RAISE or _closing(outcome)):
        return Outcome(pending.kind, world, pending.value, pending.failure, pending.site)
    if outcome.kind is Kind.RAISE:
        return outcome
    value = outcome.value if outcome.kind is Kind.RETURN else NONE
    dropping.drop(m, world, left.born, value)
    return Outcome(Kind.NORMAL, world, UNKNOWN if lies else value)


def _storied(m: Machine, world: World, value: Value, site: Site) -> None:
    """A detached instance remembers the return that let it go."""
    name = getattr(world.frame.scope.node, "name", "a lambda")
    for entity, state in found_entities(world, value):
        if state.life is Life.DETACHED:
            m.tell(world, entity.handle, site, f"returned by `{name}`")


def captured(world: World, function: Function) -> list[Entity]:
    """The instances that a function kept for later reads, by name."""
    closure = _closure(world, function)
    return [value for name, value in closure.items() if name in function.scope.named and isinstance(value, Entity)]


def _closing(outcome: Outcome) -> bool:
    return outcome.failure is not None and outcome.failure.names[:1] == ("GeneratorExit",)


def told_of_return(m: Machine, world: World, value: Value, site: Site, yielded: bool = False) -> None:
    """Tell the rules which instances a function hands out."""
    if isinstance(value, SessionRef) and not yielded:
        m.emit(SessionUsed(site, world, value.handle, world.session(value.handle), "return"))
    if not yielded:
        promises.tell(m, world, value, site)
    entities = tuple(found_entities(world, value))
    if entities or isinstance(value, Function):
        m.emit(Returned(site, world, world.frame.scope, value, entities, yielded))


def found_entities(world: World, value: Value, depth: int = 0) -> list[tuple[Entity, ObjectState]]:
    """The mapped instances in a value, containers searched."""
    if depth > 3:
        return []
    match value:
        case Entity(handle=handle):
            return [(value, world.object(handle))]
        case Tuple(items=items) | Row(items=items):
            return [found for item in items for found in found_entities(world, item, depth + 1)]
        case CollectionRef(handle=handle):
            state = world.collection(handle)
            inside = [*state.items, *([state.each] if state.each is not None else [])]
            return [found for item in inside for found in found_entities(world, item, depth + 1)]
    return []


def bind(m: Machine, world: World, function: Function, arguments: Arguments) -> None:
    """Bind parameters to arguments; what was not given is its default, or as unseen as its annotation says."""
    node = function.scope.node
    if isinstance(node, ast.Module | ast.ClassDef):
        return
    given = list(arguments.positional)
    if function.receiver is not None:
        given.insert(0, function.receiver)
    keywords = dict(arguments.keywords)
    for parameter, kind, default in parameters(node):
        name = parameter.arg
        if kind == "positional" and given:
            world.frame.variables[name] = _annotated(m, world, given.pop(0), parameter)
        elif kind == "varargs":
            world.frame.variables[name] = UNKNOWN if arguments.unpacked else Tuple(tuple(given))
            given = []
        elif kind == "kwargs":
            world.frame.variables[name] = UNKNOWN if arguments.unpacked else _gathered(m, world, keywords)
        elif name in keywords:
            world.frame.variables[name] = _annotated(m, world, keywords.pop(name), parameter)
        else:
            world.frame.variables[name] = unseen(m, world, parameter, default, arguments.unpacked)


def _gathered(m: Machine, world: World, keywords: dict[str, Value]) -> CollectionRef:
    """The dict of a `**parameter`: the keywords that no other parameter took."""
    known = MappingProxyType({repr(name): value for name, value in keywords.items()})
    return CollectionRef(m.new(world, CollectionState("dict", tuple(known.values()), known=known)))


def _annotated(m: Machine, world: World, value: Value, parameter: ast.arg) -> Value:
    """An argument nothing is known of is at least what the annotation, or the name of the parameter, says."""
    if value is not UNKNOWN:
        return value
    if parameter.annotation is None:
        return hinted(m, world, parameter.arg)
    found = declared(m, parameter.annotation, world)
    return UNKNOWN if isinstance(found, Dependency) else found


def unseen(m: Machine, world: World, parameter: ast.arg, default: ast.expr | None, unpacked: bool) -> Value:
    """A parameter for which the call gives nothing."""
    from sessile.flow.evaluation import evaluate

    value: Value = UNKNOWN
    if default is not None:
        value = evaluate(m, default, world)
        if not unpacked and not isinstance(value, Dependency):
            return value
    found = declared(m, parameter.annotation, world) if not isinstance(value, Dependency) else value
    if isinstance(value, Dependency) and parameter.annotation is not None and value.callee is UNKNOWN:
        found = declared(m, parameter.annotation, world)
    if isinstance(found, Dependency):
        from sessile.flow.dependencies import resolve_dependency

        return resolve_dependency(m, world, found, parameter)
    if found is UNKNOWN and parameter.annotation is None:
        found = hinted(m, world, parameter.arg)
    if isinstance(value, Const) and value.value is None and isinstance(found, Entity):
        return Entity(found.handle, optional=True)
    return found


def call_accessor(m: Machine, world: World, receiver: Value, node: object, where: ast.AST) -> Value:
    """Run a property, a hybrid or a special method of an object."""
    function = accessor_function(m, world, receiver, node)
    if function is None:
        return UNKNOWN
    return call_function(m, world, function, Arguments(), where)


def accessor_function(m: Machine, world: World, receiver: Value, node: object) -> Function | None:
    """The function of an accessor's node, bound."""
    from sessile.flow.definitions import home
    from sessile.flow.world import InstanceState, ObjectState, deref

    state = deref(world, receiver)
    facts = state.facts if isinstance(state, ObjectState | InstanceState) else None
    for each in facts.mro if facts is not None else ():
        scope = home(each)
        if scope is not None and isinstance(scope.node, ast.ClassDef) and node in scope.node.body:
            return Function(scope.module.scope(node, scope.block, scope), receiver)  # type: ignore[arg-type]
    return None
