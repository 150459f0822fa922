"""Where a name leads: a local variable, a global of the module, an import, another module of the workspace.

Globals are evaluated when somebody asks and remembered with their module. What cannot be resolved becomes an `External`
with its dotted name, so tables of well-known names still apply.
"""

from __future__ import annotations

import ast
import builtins
from dataclasses import replace
from typing import TYPE_CHECKING

from sessile.flow.machine import Infeasible, OutOfBudget, Raised
from sessile.flow.revisions import Held
from sessile.flow.values import UNKNOWN, ClassRef, Const, External, Factory, Value
from sessile.flow.world import Frame, World

if TYPE_CHECKING:
    from sessile.flow.machine import Machine
    from sessile.flow.scopes import ModuleScope, Scope
    from sessile.orm.mapped import ClassFacts
    from sessile.syntax import Block

BUILTINS = frozenset(dir(builtins))


def name_value(m: Machine, world: World, name: str) -> Value:
    """The value of a name where it is read."""
    scope = world.frame.scope
    local = world.lookup(name) if name not in scope.globals else None
    if local is not None:
        return local
    bound = world.globals.get((scope.module.path, name))
    return bound if bound is not None else global_value(m, scope.module, name)


def global_value(m: Machine, module: ModuleScope, name: str) -> Value:
    """The value of a module's global name; builtins and star imports included."""
    held = m.recall(module.values.get(name))
    if held is None:
        own = frozenset({(module.path, name)})
        module.values[name] = Held(UNKNOWN, own, m.workspace.revisions.now)
        try:
            held = m.remember(lambda: _found(m, module, name), own)
        except BaseException:
            del module.values[name]
            raise
        module.values[name] = held
    return held.value


def _found(m: Machine, module: ModuleScope, name: str) -> Value:
    try:
        value = _bound(m, module, name)
        if value is None:
            value = _starred(m, module, name)
    except (Raised, Infeasible, OutOfBudget):
        return UNKNOWN
    if value is None:
        value = External(f"builtins.{name}") if name in BUILTINS else UNKNOWN
    return value


def _bound(m: Machine, module: ModuleScope, name: str) -> Value | None:
    bindings = module.bindings.get(name)
    if not bindings:
        return None
    found: Value = UNKNOWN
    for block, statement in bindings:
        value = _binding(m, module, block, statement, name)
        if value is not UNKNOWN:
            found = value
    if isinstance(found, Factory):
        found = _configured(m, module, name, found)
    return _steady(found, len(bindings))


def _configured(m: Machine, module: ModuleScope, name: str, factory: Factory) -> Factory:
    """`factory.configure(...)` at the top of the module changes its options."""
    from sessile.flow.calls import arguments_of
    from sessile.flow.construction import options_of

    for placed in module.module.blocks:
        if "configure" not in placed.block.names:
            continue
        for statement in placed.block.tree.body:
            match statement:
                case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="configure")) as call):
                    if owner == name:
                        arguments = arguments_of(m, module_world(m, module, placed.block), call)
                        factory = replace(factory, options=options_of(arguments, factory.options))
    return factory


def _steady(value: Value, bindings: int) -> Value:
    """A global None or flag is there to be replaced at run time; a text or number is what it says."""
    if isinstance(value, Const) and (value.value is None or isinstance(value.value, bool) or bindings > 1):
        return UNKNOWN
    return value


def _binding(m: Machine, module: ModuleScope, block: Block, statement: ast.stmt, name: str) -> Value:
    match statement:
        case ast.Import():
            return _import(m, statement, name)
        case ast.ImportFrom():
            return _import_from(m, module, statement, name)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            from sessile.flow.definitions import define

            return define(m, statement, module_world(m, module, block))
        case ast.Assign() | ast.AnnAssign():
            return _assigned(m, module, block, statement, name)
    return _alias_statement(m, module, block, statement)


def _alias_statement(m: Machine, module: ModuleScope, block: Block, statement: ast.stmt) -> Value:
    """`type X = ...`, where the host knows it."""
    value = getattr(statement, "value", None)
    if type(statement).__name__ == "TypeAlias" and isinstance(value, ast.expr):
        from sessile.flow.annotations import type_value

        return type_value(m, value, module_world(m, module, block))
    return UNKNOWN


def module_world(m: Machine, module: ModuleScope, block: Block) -> World:
    """A world in which top-level code of a block runs."""
    scope = module.scope(block.tree, block, None)
    return World([Frame(scope, {})], {}, {}, None, m.shared)


def _assigned(m: Machine, module: ModuleScope, block: Block, statement: ast.Assign | ast.AnnAssign, name: str) -> Value:
    from sessile.flow.annotations import declared
    from sessile.flow.assignment import assign
    from sessile.flow.evaluation import evaluate

    world = module_world(m, module, block)
    if statement.value is None:
        return declared(m, statement.annotation, world) if isinstance(statement, ast.AnnAssign) else UNKNOWN
    if isinstance(statement, ast.AnnAssign) and _is_type_alias(statement):
        from sessile.flow.annotations import type_value

        return type_value(m, statement.value, world)
    try:
        value = evaluate(m, statement.value, world)
    except (Raised, Infeasible):
        return UNKNOWN
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        if isinstance(target, ast.Name | ast.Tuple | ast.List):
            assign(m, target, value, world, statement.value)
    m.shared.update(world.heap)
    found = world.frame.variables.get(name, UNKNOWN)
    if found is UNKNOWN and isinstance(statement, ast.AnnAssign):
        found = declared(m, statement.annotation, world)
        m.shared.update(world.heap)
    return found


def _is_type_alias(statement: ast.AnnAssign) -> bool:
    return ast.unparse(statement.annotation).endswith("TypeAlias")


def _import(m: Machine, statement: ast.Import, name: str) -> Value:
    for alias in statement.names:
        if alias.asname == name:
            return resolve(m, alias.name)
        if alias.asname is None and alias.name.partition(".")[0] == name:
            return External(name)
    return UNKNOWN


def _import_from(m: Machine, module: ModuleScope, statement: ast.ImportFrom, name: str) -> Value:
    origin = absolute_module(module, statement)
    for alias in statement.names:
        if (alias.asname or alias.name) == name:
            return resolve(m, f"{origin}.{alias.name}" if origin else alias.name)
    return UNKNOWN


def absolute_module(module: ModuleScope, statement: ast.ImportFrom) -> str:
    """The dotted name of the module that a `from ... import` names."""
    if not statement.level:
        return statement.module or ""
    parts = module.name.split(".")
    keep = len(parts) - statement.level + (1 if module.package else 0)
    base = parts[: max(keep, 0)]
    return ".".join([*base, *([statement.module] if statement.module else [])])


def resolve(m: Machine, dotted: str) -> Value:
    """What a dotted name stands for: something of the workspace, else an External of that name."""
    found = m.workspace.module(dotted)
    if found is not None:
        return External(dotted)
    parent, _, last = dotted.rpartition(".")
    if parent and (holder := m.workspace.module(parent)) is not None:
        value = global_value(m, holder, last)
        return value if value is not UNKNOWN or last in holder.bindings else UNKNOWN
    return External(dotted)


def _starred(m: Machine, module: ModuleScope, name: str) -> Value | None:
    for _, statement in module.bindings.get("*", []):
        if isinstance(statement, ast.ImportFrom) and not name.startswith("_"):
            holder = m.workspace.module(absolute_module(module, statement))
            if holder is not None and holder is not module and name not in BUILTINS:
                value = global_value(m, holder, name)
                if value is not UNKNOWN:
                    return value
            elif holder is None and name not in BUILTINS and _known_root(absolute_module(module, statement)):
                return External(f"{absolute_module(module, statement)}.{name}")
    return None


def _known_root(dotted: str) -> bool:
    return dotted.partition(".")[0] in ("sqlalchemy", "sqlmodel")


def import_locally(m: Machine, node: ast.Import | ast.ImportFrom, world: World) -> None:
    """An import inside a function."""
    module = world.frame.scope.module
    for alias in node.names:
        name = alias.asname or (alias.name.partition(".")[0] if isinstance(node, ast.Import) else alias.name)
        if isinstance(node, ast.Import):
            world.bind(name, _import(m, node, name))
        else:
            world.bind(name, _import_from(m, module, node, name))


def find_class(m: Machine, owner: ClassFacts, target: str) -> ClassFacts | None:
    """The mapped class that a relationship of `owner` names: in its module, or anywhere in the workspace."""
    from sessile.flow.definitions import home

    scope = home(owner)
    last = target.rpartition(".")[2]
    if scope is not None:
        value = global_value(m, scope.module, last)
        if isinstance(value, ClassRef):
            return value.facts
        local = _local_class(m, scope, last)
        if local is not None:
            return local
    finder = getattr(m.workspace, "mapped_class", None)
    found = finder(m, last) if finder is not None else None
    return found if found is not None else None


def _local_class(m: Machine, scope: Scope, name: str) -> ClassFacts | None:
    """A class beside the owner inside a function."""
    parent = scope.parent
    body = getattr(parent.node, "body", []) if parent is not None else []
    for statement in body if isinstance(body, list) else []:
        if isinstance(statement, ast.ClassDef) and statement.name == name:
            held = scope.module.facts.get(statement)
            return held.value if held is not None else None
    return None
