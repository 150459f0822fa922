"""What a web application keeps for its requests: Starlette's `app.state.name`, and the context of a GraphQL resolver.

Sources: https://www.starlette.io/applications/#storing-state-on-the-app-instance,
https://strawberry.rocks/docs/guides/accessing-parent-data
"""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow.machine import Infeasible, Raised
from sessile.flow.revisions import BLOCKS, STATE
from sessile.flow.values import UNKNOWN, EngineRef, Factory, Function, Instance, Value
from sessile.flow.world import InstanceState
from sessile.orm.facts import ClassFacts, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.machine import Machine
    from sessile.flow.scopes import ModuleScope
    from sessile.flow.world import World
    from sessile.syntax import Block

HOLDER = "state"
INFO = ClassFacts("Info", "strawberry.types", Role.MIXIN_OR_PLAIN, complete=False)


def is_state(node: ast.expr) -> bool:
    """Whether an expression is called like what a framework keeps for an application: `request.app.state`."""
    return isinstance(node, ast.Attribute) and node.attr == HOLDER


def kept(m: Machine, world: World, name: str) -> Value:
    """What every assignment to `.state.name` in the workspace agrees on; UNKNOWN where they do not."""
    memory = world.frame.scope.module.values
    key = f"{HOLDER}.{name}"
    held = m.recall(memory.get(key))
    if held is None:
        held = memory[key] = m.remember(lambda: _agreed(m, name, world.frame.scope.module), [STATE])
    return held.value


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
    known = bool(values) and all(value == values[0] for value in values)
    return values[0] if known and isinstance(values[0], Factory | EngineRef | Instance | Function) else UNKNOWN


def _assigned(tree: ast.AST, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Attribute) and target.attr == name and is_state(target.value)
            for target in node.targets
        ):
            yield node.value


def _value(m: Machine, module: ModuleScope, block: Block, node: ast.expr) -> Value:
    from sessile.flow.evaluation import evaluate
    from sessile.flow.names import module_world

    world = module_world(m, module, block)
    try:
        value = evaluate(m, node, world)
    except (Raised, Infeasible):
        return UNKNOWN
    m.shared.update(world.heap)
    return value
