"""`def` and `class`: the values that they make, decorators applied."""

from __future__ import annotations

import ast
import weakref
from typing import TYPE_CHECKING

from sessile.flow.mapping import mapped_elsewhere
from sessile.flow.records import replace
from sessile.flow.values import UNKNOWN, Arguments, ClassRef, External, Function, ModuleRef, Value
from sessile.orm.mapped import ClassFacts, Role, read_class

if TYPE_CHECKING:
    from sessile.flow.machine import Machine
    from sessile.flow.scopes import Scope
    from sessile.flow.world import World

#: Where the body of a class stands. Kept beside the facts, which know nothing of files.
#: A scope knows the facts of its class, so it must not be held here: nothing would ever be let go.
_HOMES: weakref.WeakKeyDictionary[ClassFacts, weakref.ref[Scope]] = weakref.WeakKeyDictionary()
MANAGERS = frozenset({"contextmanager", "asynccontextmanager"})


def home(facts: ClassFacts) -> Scope | None:
    """The scope of a class's body."""
    found = _HOMES.get(facts)
    return found() if found is not None else None


def define(m: Machine, node: ast.stmt, world: World) -> Value:
    """The value that a definition binds."""
    frame = world.frame
    parent = frame.scope
    if isinstance(node, ast.ClassDef):
        return class_value(m, node, world)
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return UNKNOWN
    outer = None if isinstance(parent.node, ast.Module) else parent
    scope = parent.module.scope(node, parent.block, outer)
    closure = frame.seen_by(scope) if outer is not None else None
    return decorated(m, Function(scope, closure=closure), world)


def decorated(m: Machine, function: Function, world: World) -> Value:
    """Apply the decorators that matter: context managers, and wrappers that the workspace defines."""
    value: Value = function
    for decorator in reversed(function.scope.decorators):
        from sessile.flow.evaluation import evaluate

        probe = world.copy()
        found = evaluate(m, decorator, probe)
        if isinstance(found, External) and found.name.rpartition(".")[2] in MANAGERS and isinstance(value, Function):
            value = replace(value, manager=True)
        elif isinstance(found, Function) and found.scope.node is not function.scope.node:
            value = _wrapped(m, found, value, decorator, probe)
    return value


def _wrapped(m: Machine, decorator: Function, value: Value, node: ast.expr, world: World) -> Value:
    """What a decorator of the workspace makes of a function; the function itself where that is not clear."""
    from sessile.flow.functions import run_function

    if not isinstance(decorator.scope.node, ast.FunctionDef):
        return value
    outcomes = run_function(m, world, decorator, Arguments((value,)), node)
    results = {id(outcome.value): outcome.value for outcome in outcomes if isinstance(outcome.value, Function)}
    if len(results) != 1:
        return value
    wrapper = next(iter(results.values()))
    for outcome in outcomes:
        m.shared.update(outcome.world.heap)
    return replace(wrapper, wraps=value) if isinstance(value, Function) else wrapper


def class_value(m: Machine, node: ast.ClassDef, world: World) -> ClassRef:
    """The class that a `class` statement makes, with its facts read once per module."""
    frame = world.frame
    module = frame.scope.module
    outer = None if isinstance(frame.scope.node, ast.Module) else frame.scope
    scope = module.scope(node, frame.scope.block, outer)
    held = m.recall(module.facts.get(node))
    if held is None:
        held = module.facts[node] = m.remember(lambda: _facts(m, node, world, scope))
        if held.value.role is Role.MIXIN_OR_PLAIN and outer is None:
            read = held.value
            held = module.facts[node] = m.remember(lambda: _owned(mapped_elsewhere(m, read, scope), scope), held.reads)
    return ClassRef(held.value, scope)


def _facts(m: Machine, node: ast.ClassDef, world: World, scope: Scope) -> ClassFacts:
    facts = read_class(
        node, lambda each: qualified_name(m, each, world), lambda each: class_of(m, each, world), scope.module.name
    )
    return _owned(facts, scope)


def _owned(facts: ClassFacts, scope: Scope) -> ClassFacts:
    """Let the class's body and methods know their class."""
    _HOMES[facts] = weakref.ref(scope)
    for statement in scope.node.body if isinstance(scope.node, ast.ClassDef) else ():
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            scope.module.scope(statement, scope.block, scope).owner = facts
    return facts


def qualified_name(m: Machine, node: ast.expr, world: World) -> str | None:
    """The dotted name an expression stands for after imports."""
    match node:
        case ast.Name(id=name):
            from sessile.flow.names import class_named, name_value

            scope = world.frame.scope
            known = class_named(m, scope.module, name) if world.lookup(name) is None else None
            return known or _dotted(m, name_value(m, world, name), name)
        case ast.Attribute(value=value, attr=attr):
            base = qualified_name(m, value, world)
            return None if base is None else f"{base}.{attr}"
        case ast.Call(func=func):
            return qualified_name(m, func, world)
        case ast.Subscript(value=value):
            return qualified_name(m, value, world)
    return None


def _dotted(m: Machine, value: Value, name: str) -> str | None:
    match value:
        case ModuleRef(path=path):
            scope = m.workspace.scope_of(path)
            return scope.name if scope is not None else name
        case External(name=dotted):
            return dotted.removeprefix("builtins.")
        case ClassRef(facts=facts):
            return f"{facts.module}.{facts.name}"
    return name


def class_of(m: Machine, node: ast.expr, world: World) -> ClassFacts | None:
    """The class that an expression stands for."""
    from sessile.flow.evaluation import evaluate

    value = evaluate(m, node, world.copy())
    if isinstance(value, External):
        from sessile.flow.outside import outside

        value = outside(m, value.name)
    return value.facts if isinstance(value, ClassRef) else None


def method(facts: ClassFacts, name: str) -> Function | None:
    """A method of a class or of one of its known bases, unbound."""
    for each in facts.mro:
        scope = home(each)
        node = scope.methods.get(name) if scope is not None else None
        if scope is not None and node is not None:
            return Function(scope.module.scope(node, scope.block, scope))
    return None
