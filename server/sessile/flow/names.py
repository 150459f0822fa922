"""Where a name leads: a local variable, a global of the module, an import, another module of the workspace.

Globals are evaluated when somebody asks and remembered with their module. What cannot be resolved becomes an `External`
with its dotted name, so tables of well-known names still apply.
"""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from sessile.flow.frames import Frame
from sessile.flow.machine import Infeasible, OutOfBudget, Raised
from sessile.flow.records import replace
from sessile.flow.revisions import CLASSES, CONFIGURE, Held
from sessile.flow.values import (
    UNKNOWN,
    ClassRef,
    CollectionRef,
    Const,
    EngineRef,
    External,
    Factory,
    Instance,
    ModuleRef,
    Tuple,
    Value,
)
from sessile.flow.world import CollectionState, World

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


def class_named(m: Machine, module: ModuleScope, name: str) -> str | None:
    """The dotted name of the class that a global name surely stands for, by imports alone: nothing is evaluated, so
    classes may name each other. None where that does not tell."""
    seen: set[tuple[str, str]] = set()
    here: ModuleScope | None = module
    while here is not None and (here.path, name) not in seen and "*" not in here.bindings:
        seen.add((here.path, name))
        m.reads[-1].add((here.path, name))
        match [statement for _, statement in here.bindings.get(name, ())]:
            case [ast.ClassDef(decorator_list=[])]:
                return f"{here.name}.{name}"
            case [ast.ImportFrom() as statement]:
                holder = holder_of(m, here, statement)
                name = name_there(statement, name)
                here = holder if holder is not None and name in holder.bindings else None
            case _:
                return None
    return None


def _found(m: Machine, module: ModuleScope, name: str) -> Value:
    try:
        value = _starred(m, module, name)
        if value is None:
            value = _bound(m, module, name)
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
    if found is UNKNOWN or found == Const(None):
        found = _set_later(m, module, name)
    if isinstance(found, Factory):
        found = _configured(m, module, name, found)
    return _steady(found, len(bindings))


def _set_later(m: Machine, module: ModuleScope, name: str) -> Value:
    """What a function of the module makes of a global name that is not set before; UNKNOWN where they differ."""
    values = [
        _assigned(m, module, block, ast.Assign([ast.Name(name, ast.Store())], statement.value), name)
        for block, statement in module.later.get(name, ())
    ]
    values = [value for value in values if value != Const(None)]
    agreed = bool(values) and all(value == values[0] for value in values)
    return values[0] if agreed and isinstance(values[0], Factory | EngineRef | Instance) else UNKNOWN


def _configured(m: Machine, module: ModuleScope, name: str, factory: Factory) -> Factory:
    """`factory.configure(...)` at the top of the module changes its options."""
    from sessile.flow.arguments import arguments_of
    from sessile.flow.construction import options_of

    m.reads[-1].add((module.path, CONFIGURE))
    for placed in module.module.blocks:
        if CONFIGURE not in placed.block.names:
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
            return _import(m, module, statement, name)
        case ast.ImportFrom():
            return imported(m, module, statement, name_there(statement, name))
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


def _import(m: Machine, module: ModuleScope, statement: ast.Import, name: str) -> Value:
    for alias in statement.names:
        found = m.workspace.module(alias.name, module.path)
        if alias.asname == name:
            return External(alias.name) if found is None else ModuleRef(found.path)
        if alias.asname is None and alias.name.partition(".")[0] == name:
            depth = alias.name.count(".")
            return External(name) if found is None else ModuleRef(m.workspace.package(found.path, depth))
    return UNKNOWN


def holder_of(m: Machine, module: ModuleScope, statement: ast.ImportFrom) -> ModuleScope | None:
    """The module of the workspace from which a statement imports."""
    if statement.level:
        return m.workspace.relative(statement.level, statement.module or "", module.path)
    return m.workspace.module(statement.module or "", module.path)


def imported(m: Machine, module: ModuleScope, statement: ast.ImportFrom, name: str) -> Value:
    """What `from ... import name` gives in a module: what the other module binds, else a module inside of it."""
    origin = statement.module or ""
    inside = f"{origin}.{name}" if origin else name
    holder = holder_of(m, module, statement)
    if statement.level:
        found = m.workspace.relative(statement.level, inside, module.path)
    else:
        found = m.workspace.module(inside, module.path)
    if holder is not None and holder is not module and (found is None or name in holder.bindings):
        return global_value(m, holder, name)
    if found is not None:
        return ModuleRef(found.path)
    if holder is not None or statement.level:
        return UNKNOWN
    return External(f"{origin}.{name}")


def member(m: Machine, ref: ModuleRef, name: str) -> Value:
    """`module.name` of a module of the workspace."""
    scope = m.workspace.scope_of(ref.path)
    if scope is not None and name in scope.bindings:
        return global_value(m, scope, name)
    found = m.workspace.submodule(ref.path, name)
    if found is not None:
        return ModuleRef(found.path)
    value = global_value(m, scope, name) if scope is not None else UNKNOWN
    return UNKNOWN if isinstance(value, External) and value.name.startswith("builtins.") else value


def name_there(statement: ast.ImportFrom, name: str) -> str:
    """What a name that an import binds is called where it comes from."""
    return next((each.name for each in statement.names if (each.asname or each.name) == name), name)


def absolute_module(module: ModuleScope, statement: ast.ImportFrom) -> str:
    """The dotted name of the module that a `from ... import` names."""
    if not statement.level:
        return statement.module or ""
    parts = module.name.split(".")
    keep = len(parts) - statement.level + (1 if module.package else 0)
    base = parts[: max(keep, 0)]
    return ".".join([*base, *([statement.module] if statement.module else [])])


def _starred(m: Machine, module: ModuleScope, name: str) -> Value | None:
    """What the last star import gives that stands after every other binding of a name."""
    own = module.bindings.get(name)
    last = _position(module, own[-1]) if own else (-1, 0)
    for star in reversed(module.bindings.get("*", [])):
        if _position(module, star) < last or not isinstance(star[1], ast.ImportFrom):
            return None
        value = _exported(m, module, star[1], name)
        if value is not None:
            return value
    return None


def _position(module: ModuleScope, binding: tuple[Block, ast.stmt]) -> tuple[int, int]:
    block, statement = binding
    order = [placed.block for placed in module.module.blocks]
    return (order.index(block), statement.lineno)


def _exported(m: Machine, module: ModuleScope, statement: ast.ImportFrom, name: str) -> Value | None:
    holder = holder_of(m, module, statement)
    if holder is None:
        known = not statement.level and _known_root(statement.module or "") and name not in BUILTINS
        return External(f"{statement.module}.{name}") if known and not name.startswith("_") else None
    if holder is module or not _public(m, holder, name):
        return None
    value = global_value(m, holder, name)
    own = name in holder.bindings or "*" in holder.bindings
    return None if not own or value in (UNKNOWN, External(f"builtins.{name}")) else value


def _public(m: Machine, holder: ModuleScope, name: str) -> bool:
    """Whether a star takes a name along."""
    listed = global_value(m, holder, "__all__")
    if isinstance(listed, CollectionRef) and len(holder.bindings["__all__"]) == 1:
        state = m.shared.get(listed.handle)
        if isinstance(state, CollectionState) and state.each is None:
            return Const(name) in state.items
    if isinstance(listed, Tuple):
        return Const(name) in listed.items
    return not name.startswith("_")


def _known_root(dotted: str) -> bool:
    return dotted.partition(".")[0] in ("sqlalchemy", "sqlmodel")


def imports(m: Machine, module: ModuleScope, node: ast.Import | ast.ImportFrom) -> dict[str, Value]:
    """What an import statement binds; a star of it is left out."""
    if isinstance(node, ast.ImportFrom):
        return {each.asname or each.name: imported(m, module, node, each.name) for each in node.names}
    names = [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    return {name: _import(m, module, node, name) for name in names}


def import_locally(m: Machine, node: ast.Import | ast.ImportFrom, world: World) -> None:
    """An import inside a function."""
    for name, value in imports(m, world.frame.scope.module, node).items():
        world.bind(name, value)


def find_class(m: Machine, owner: ClassFacts, target: str) -> ClassFacts | None:
    """The mapped class that a relationship of `owner` names: in its module, or anywhere in the workspace.

    While a global name is evaluated others may not be known yet, so nothing is remembered then.
    """
    held = m.recall(m.targets.get((owner, target)))
    if held is None:
        if m.remembering > 1:
            return _class_called(m, owner, target)
        held = m.targets[owner, target] = m.remember(lambda: _class_called(m, owner, target))
    return held.value


def _class_called(m: Machine, owner: ClassFacts, target: str) -> ClassFacts | None:
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
    m.reads[-1].add((CLASSES, last))
    finder = getattr(m.workspace, "mapped_class", None)
    found = finder(m, last, owner) if finder is not None else None
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
