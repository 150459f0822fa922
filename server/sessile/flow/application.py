"""What a web application keeps: Starlette's `app.state.name` and `request.state.name`, a GraphQL resolver's context.

Sources: https://www.starlette.io/applications/#storing-state-on-the-app-instance,
https://www.starlette.io/requests/#other-state,
https://strawberry.rocks/docs/guides/accessing-parent-data
"""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow.machine import Infeasible, Raised
from sessile.flow.revisions import BLOCKS, STATE
from sessile.flow.values import NONE, UNKNOWN, EngineRef, Factory, Function, Generator, Instance, SessionRef, Value
from sessile.flow.world import InstanceState, SessionState
from sessile.orm.facts import ClassFacts, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.machine import Machine
    from sessile.flow.scopes import ModuleScope
    from sessile.flow.world import World
    from sessile.syntax import Block

HOLDER = "state"
KEPT = Factory | EngineRef | Instance | Function | SessionRef
INFO = ClassFacts("Info", "strawberry.types", Role.MIXIN_OR_PLAIN, complete=False)


def is_state(node: ast.expr) -> bool:
    """Whether an expression is called like what a framework keeps for an application or a request: `request.state`."""
    return isinstance(node, ast.Attribute) and node.attr == HOLDER


def kept(m: Machine, world: World, name: str) -> Value:
    """What every assignment to `.state.name` in the workspace agrees on; UNKNOWN where they do not."""
    memory = world.frame.scope.module.values
    key = f"{HOLDER}.{name}"
    held = m.recall(memory.get(key))
    if held is None:
        held = memory[key] = m.remember(lambda: _agreed(m, name, world.frame.scope.module), [STATE])
    value = held.value
    return _of_request(m, world, key, value) if isinstance(value, SessionRef) else value


def _of_request(m: Machine, world: World, key: str, value: SessionRef) -> Value:
    """The session that the present request was given: open while it runs, and ended by whoever put it there."""
    from sessile.flow.dependencies import given, lent

    known = given(world)
    if key not in known:
        given(world, key, lent(m, world, world, value, dropped=False))
    return given(world)[key]


def resolver_info(m: Machine, world: World, context: Value) -> Value:
    """Strawberry's `info: Info[Context, ...]`, whose `.context` the program makes for each request."""
    attributes = MappingProxyType({"context": context})
    return Instance(m.new(world, InstanceState(INFO, None, attributes)))


def _agreed(m: Machine, name: str, module: ModuleScope) -> Value:
    values: list[Value] = []
    m.reads[-1].add((BLOCKS, f"{HOLDER} {name}"))
    for holder in (module, *(m.workspace.mentions(name, module.path) or ())):
        for placed in holder.module.blocks:
            if name in placed.block.names and HOLDER in placed.block.names:
                values += [_value(m, holder, placed.block, each) for each in _assigned(placed.block.tree, name)]
    values = [each for each in values if each != NONE]
    known = bool(values) and all(_alike(m, each, values[0]) for each in values)
    return values[0] if known and isinstance(values[0], KEPT) else UNKNOWN


def _alike(m: Machine, one: Value, other: Value) -> bool:
    if not isinstance(one, SessionRef) or not isinstance(other, SessionRef):
        return one == other
    states = m.shared[one.handle], m.shared[other.handle]
    kinds = [(each.asynchronous, each.options) for each in states if isinstance(each, SessionState)]
    return kinds[0] == kinds[1]


def _assigned(tree: ast.AST, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Attribute) and target.attr == name and is_state(target.value)
            for target in node.targets
        ):
            yield _origin(tree, node.value)


def _origin(tree: ast.AST, value: ast.expr) -> ast.expr:
    """What a local name stands for, where one statement of the block tells: `with Session() as db: ... = db`."""
    if not isinstance(value, ast.Name):
        return value
    found: list[ast.expr] = []
    for node in ast.walk(tree):
        match node:
            case ast.withitem(optional_vars=ast.Name(id=name), context_expr=given) if name == value.id:
                found.append(given)
            case ast.Assign(targets=[ast.Name(id=name)], value=given) if name == value.id:
                found.append(given)
    return found[0] if len(found) == 1 else value


def _value(m: Machine, module: ModuleScope, block: Block, node: ast.expr) -> Value:
    from sessile.flow.dependencies import yielded
    from sessile.flow.evaluation import evaluate
    from sessile.flow.names import module_world

    world = module_world(m, module, block)
    try:
        value = evaluate(m, node, world)
        if isinstance(value, Generator) and value.manager:
            value = yielded(m, world, value.callee, value.arguments, node)
    except (Raised, Infeasible):
        return UNKNOWN
    m.shared.update(world.heap)
    return value
