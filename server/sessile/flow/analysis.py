"""Runs the machine over every function of a block, each as if somebody out of sight had called it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow import expressions as _expressions  # noqa: F401  # registers the evaluators
from sessile.flow import transactions
from sessile.flow.decorating import given
from sessile.flow.definitions import define
from sessile.flow.frames import Frame
from sessile.flow.functions import bind, run_code
from sessile.flow.machine import BUDGET, Infeasible, Kind, Machine, Outcome, OutOfBudget, Raised, distinct
from sessile.flow.names import module_world
from sessile.flow.outliving import outliving
from sessile.flow.relevance import relevant
from sessile.flow.revisions import Held
from sessile.flow.scopes import own_nodes
from sessile.flow.statements import run_body
from sessile.flow.story import Site
from sessile.flow.values import NONE, UNKNOWN, Arguments, ClassRef, Function, Instance, SessionRef, Value
from sessile.flow.world import InstanceState, Openness, Owner, SessionState, World

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sessile.flow.scopes import ModuleScope, Scope
    from sessile.flow.world import State
    from sessile.syntax import Block

#: What a constructor makes that asks for what it makes itself.
NOTHING_SET: tuple[Mapping[str, Value], Mapping[int, State]] = ({}, {})
#: Frames deeper than the tool itself can follow are given up for the function at hand.
GIVEN_UP = (OutOfBudget, RecursionError)


def analyze_block(m: Machine, module: ModuleScope, block: Block, lines: tuple[int, int] | None = None) -> None:
    """Analyse all functions and methods of a block, or those that touch some lines of it (first and last, from 1)."""
    world = module_world(m, module, block)
    for scope, owner in functions_of(m, block.tree, world):
        if (lines is None or touches(scope, lines)) and relevant(m, scope):
            analyze_function(m, scope, owner)


def touches(scope: Scope, lines: tuple[int, int]) -> bool:
    """Whether a function stands in some lines of its block."""
    first, last = getattr(scope.node, "lineno", 1), getattr(scope.node, "end_lineno", None) or 1
    return first <= lines[1] and lines[0] <= last


#: Top-level statements that are resolved when somebody asks for their names.
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def script_of(module: ModuleScope) -> list[Block]:
    """The blocks whose top-level code does something when the module is run; none if it only defines."""
    found = [
        placed.block
        for placed in module.module.blocks
        if any(not isinstance(each, DEFINITIONS) for each in placed.block.tree.body)
    ]
    acts = (ast.With, ast.AsyncWith, ast.If, ast.For, ast.Try, ast.While, ast.Expr, ast.Assert)
    acting = any(isinstance(each, acts) and not _is_text(each) for block in found for each in block.tree.body)
    return found if acting else []


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def analyze_script(m: Machine, module: ModuleScope, blocks: list[Block]) -> bool:
    """Run a module's top-level code from block to block, as Python does; whether that led to its end."""
    m.budget = BUDGET
    m.given_up.clear()
    m.work.clear()
    m.begun.clear()
    worlds = [module_world(m, module, blocks[0])]
    try:
        for block in blocks:
            start = m.parting(worlds[0])
            body = [each for each in block.tree.body if not isinstance(each, DEFINITIONS)]
            ends: list[Outcome] = []
            for world in worlds:
                world.frame.scope = module.scope(block.tree, block, None)
                ends.extend(run_body(m, body, world))
            worlds = [each.world for each in distinct([each for each in ends if each.kind is Kind.NORMAL], start)]
        for world in worlds:
            _finish(m, world.frame.scope, [Outcome(Kind.NORMAL, world)])
    except GIVEN_UP:
        return False
    return True


def functions_of(m: Machine, tree: ast.Module, world: World) -> Iterator[tuple[Scope, ClassRef | None]]:
    """Functions at the top of a block and methods of its classes, also inside `if` and `try`."""
    yield from _functions(m, tree, world, None)


def _functions(
    m: Machine, node: ast.AST, world: World, owner: ClassRef | None
) -> Iterator[tuple[Scope, ClassRef | None]]:
    module = world.frame.scope.module
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            parent = owner.scope if owner is not None else None
            yield module.scope(child, world.frame.scope.block, parent), owner
        elif isinstance(child, ast.ClassDef):
            ref = _class(m, child, world)
            if isinstance(ref, ClassRef):
                yield from _functions(m, child, world, ref)
        elif isinstance(child, ast.stmt | ast.ExceptHandler):
            yield from _functions(m, child, world, owner)


def _class(m: Machine, node: ast.ClassDef, world: World) -> Value:
    try:
        return define(m, node, world)
    except (Raised, Infeasible, *GIVEN_UP):
        return UNKNOWN


def analyze_function(m: Machine, scope: Scope, owner: ClassRef | None) -> bool:
    """Run one function with unseen arguments; whether that led to its end."""
    m.budget = BUDGET
    m.given_up.clear()
    m.active.clear()
    m.work.clear()
    m.begun.clear()
    world = World([Frame(scope, {})], {}, {}, None, m.shared)
    receiver = _receiver(m, world, scope, owner)
    m.active.append(scope)
    try:
        function = Function(scope, receiver)
        arguments = given(m, world, function)
        for start in m.explore(world, lambda here: bind(m, here, function, arguments)):
            if start.kind is Kind.NORMAL:
                _finish(m, scope, run_code(m, scope.node, start.world))
    except GIVEN_UP:
        return False
    finally:
        m.active.clear()
    return True


def _receiver(m: Machine, world: World, scope: Scope, owner: ClassRef | None) -> Value | None:
    """`self`, `cls` or nothing, for a method."""
    if owner is None:
        return None
    kinds = scope.decorator_names
    if "staticmethod" in kinds:
        return None
    if "classmethod" in kinds:
        return owner
    return receiver_of(m, world, owner, scope)


def receiver_of(m: Machine, world: World, owner: ClassRef, scope: Scope) -> Value:
    """An instance of a class as its constructor leaves it."""
    from sessile.flow import objects
    from sessile.flow.annotations import session_base, unseen_session
    from sessile.orm.mapped import Role

    if owner.facts.role is Role.MAPPED:
        return objects.unseen(m, world, owner.facts, m.site(world, scope.node), "is `self`")
    base = session_base(owner)
    if base is not None:
        found = unseen_session(m, world, base, scope.node)
        if isinstance(found, SessionRef):
            world.update(found.handle, facts=owner.facts)
        return found
    instance = Instance(m.new(world, InstanceState(owner.facts, owner.scope)))
    if getattr(scope.node, "name", "") != "__init__":
        construct_unseen(m, world, instance, owner)
    return instance


def construct_unseen(m: Machine, world: World, instance: Instance, owner: ClassRef) -> None:
    """Give an object the attributes that its constructor sets, called with nobody knows what."""
    from sessile.flow.definitions import method

    init = method(owner.facts, "__init__")
    if init is None or owner.facts.node is None:
        return
    kept = init.scope.module.constructed
    held = m.recall(kept.get(owner.facts.node))
    if held is None:
        kept[owner.facts.node] = Held(NOTHING_SET, frozenset(), m.workspace.revisions.now)
        try:
            held = m.remember(lambda: _constructed(m, world, instance, init))
        except BaseException:
            del kept[owner.facts.node]
            raise
        kept[owner.facts.node] = held
    attributes, heap = held.value
    for handle, state in heap.items():
        world.heap.setdefault(handle, state)
    world.update(instance.handle, attributes=attributes)


def _constructed(
    m: Machine, world: World, instance: Instance, init: Function
) -> tuple[Mapping[str, Value], Mapping[int, State]]:
    """The attributes that a constructor sets, with the states behind them."""
    from sessile.flow.dependencies import deaf
    from sessile.flow.functions import run_function

    listen, m.listen = m.listen, deaf
    try:
        outcomes = run_function(m, world.copy(), init.bound(instance), Arguments(unpacked=True), init.scope.node)
    except GIVEN_UP:
        outcomes = []
    finally:
        m.listen = listen
    ends = [outcome for outcome in outcomes if outcome.kind is Kind.NORMAL]
    if not ends:
        return {}, {}
    after = ends[0].world
    _theirs(after)
    return after.instance(instance.handle).attributes, dict(after.heap)


def _theirs(world: World) -> None:
    """What a constructor opened lives as long as its object: somebody else ends it."""
    for handle, state in list(world.heap.items()):
        if isinstance(state, SessionState):
            world.update(handle, calls=())
            if state.owner is Owner.LOCAL:
                world.update(handle, owner=Owner.SHARED, openness=Openness.UNKNOWN)


def _finish(m: Machine, scope: Scope, outcomes: list[Outcome]) -> None:
    """The function is over: tell what it returns and which of its own sessions nobody closed."""
    from sessile.flow.functions import told_of_return

    if m.changes is not None:
        m.changes.left(outcomes)
    removed = _removed(outcomes)
    for outcome in outcomes:
        if outcome.kind is Kind.RETURN and outcome.site is not None:
            told_of_return(m, outcome.world, outcome.value, outcome.site)
            _promised(m, scope, outcome, outcome.site)
        if outcome.kind in (Kind.RETURN, Kind.NORMAL):
            _abandoned(m, outcome, removed)
            _kept(m, scope, outcome)
            transactions.handed_back(m, outcome.world, m.site(outcome.world, scope.node))


def _removed(outcomes: list[Outcome]) -> set[int]:
    """The sessions of registries that the function commits and removes on some path, so that nobody else does."""
    return {
        handle
        for outcome in outcomes
        if outcome.kind in (Kind.RETURN, Kind.NORMAL)
        for handle, state in outcome.world.heap.items()
        if isinstance(state, SessionState) and state.scoped and state.committed and state.ended is not None
    }


def _abandoned(m: Machine, outcome: Outcome, removed: set[int]) -> None:
    from sessile.flow.events import SessionEnded

    held = _handles(outcome.value).union(*map(_handles, outcome.world.globals.values()))
    for handle, state in outcome.world.heap.items():
        if not isinstance(state, SessionState) or state.site is None or not state.dirty:
            continue
        own = state.owner is Owner.LOCAL and state.openness is Openness.OPEN and handle not in held
        if own or (handle in removed and state.ended is None):
            m.emit(SessionEnded(state.site, outcome.world, handle, state, "left open"))


def _promised(m: Machine, scope: Scope, outcome: Outcome, returned: Site) -> None:
    """Tell of a return that is annotated to be a mapped instance although the function's own session is over."""
    from sessile.flow.annotations import promised_class
    from sessile.flow.events import PromiseGiven
    from sessile.flow.functions import found_entities

    returns = getattr(scope.node, "returns", None)
    ended = any(
        isinstance(state, SessionState)
        and state.owner is Owner.LOCAL
        and state.openness is Openness.CLOSED
        and not state.calls
        for state in outcome.world.heap.values()
    )
    if returns is None or not ended:
        return
    name = promised_class(m, returns, outcome.world)
    if name is not None:
        entities = tuple(found_entities(outcome.world, outcome.value))
        site = Site(scope.module.path, scope.block, scope.node)
        m.emit(PromiseGiven(site, outcome.world, scope, name, returned, entities, outcome.value == NONE))


def _kept(m: Machine, scope: Scope, outcome: Outcome) -> None:
    from sessile.flow.events import ScopeLeft
    from sessile.flow.world import ObjectState

    world = outcome.world
    kept = [(storage, world.state(storage.handle)) for storage in outliving(m, scope, outcome)]
    stored = tuple((storage, state) for storage, state in kept if isinstance(state, ObjectState))
    if stored:
        m.emit(ScopeLeft(stored[0][0].site, world, stored))


def _handles(value: Value) -> set[int]:
    handle = getattr(value, "handle", None)
    return {handle} if isinstance(handle, int) else set()


__all__ = ["UNKNOWN", "analyze_block", "analyze_function", "functions_of", "own_nodes"]
