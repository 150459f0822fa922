"""Which functions can matter: those that name something of a session, or call a function that does.

A cheap look at names and at what they stand for. It errs on the side of looking closer: what it passes over holds no
session and no mapped class, and calls nothing that does.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.names import BUILTINS, global_value, imports, member
from sessile.flow.once import once
from sessile.flow.values import (
    ClassRef,
    Dependency,
    EngineRef,
    Factory,
    Function,
    Generic,
    ModuleRef,
    Partial,
    SessionRef,
    Value,
)
from sessile.orm.mapped import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.machine import Machine
    from sessile.flow.scopes import Scope

#: Attributes, variables and keywords that belong to sessions, queries and results.
WORDS = frozenset(
    {
        "add_all", "awaitable_attrs", "begin", "begin_nested", "commit", "delete", "exec", "execute", "execute_sql",
        "expire", "expire_all", "expunge", "flush", "get_one", "joinedload", "merge", "query", "refresh", "rollback",
        "scalar", "scalar_one", "scalar_one_or_none", "scalars", "select", "selectinload", "text", "unique",
    }
)  # fmt: skip


def relevant(m: Machine, scope: Scope) -> bool:
    """Whether a function may touch a session or a mapped instance that it was not given, or never returns."""
    from sessile.flow.endings import never_returns

    memory = scope.module.relevance
    held = m.recall(memory.get(scope.node))
    if held is None:
        own = m.remember(lambda: _names_matter(m, scope, set()) or never_returns(m, scope))
        held = memory[scope.node] = own
    return held.value


def _names_matter(m: Machine, scope: Scope, seen: set[object]) -> bool:
    """Whether a function, or what it may call, names something that matters; `seen` have been asked already."""
    m.workspace.heed()
    names = _names(scope.node)
    if any(name in WORDS or "session" in name.lower() or name in ("db", "_db") for name in names):
        return True
    seen.add(scope.node)
    if any(_matters(m, value, names, seen) for value in _globals(m, scope, names)):
        return True
    return any(_matters(m, method, names, seen) for method in _methods(scope, names))


def _globals(m: Machine, scope: Scope, names: frozenset[str]) -> Iterator[Value]:
    """What the names of a function stand for outside of it, imports inside of it included."""
    bindings = scope.module.bindings
    known = names - BUILTINS if "*" in bindings else names & bindings.keys()
    for name in sorted(known):
        yield global_value(m, scope.module, name)
    for node in ast.walk(scope.node):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imports(m, scope.module, node).values()


def _methods(scope: Scope, names: frozenset[str]) -> Iterator[Value]:
    """Methods of the function's own class, and of its bases, that it may call by `self`."""
    from sessile.flow.definitions import method

    if scope.owner is None:
        return
    for name in sorted(names):
        found = method(scope.owner, name)
        if found is not None:
            yield found
    init = method(scope.owner, "__init__")
    if init is not None:
        yield init


def _matters(m: Machine, value: Value, names: frozenset[str], seen: set[object]) -> bool:
    """Whether a value is of interest to a function that names these names."""
    match value:
        case SessionRef() | Factory() | EngineRef():
            return True
        case ClassRef(facts=facts, scope=scope):
            if facts.role is Role.MAPPED:
                return True
            return scope is not None and _class_matters(m, scope, seen)
        case Function(scope=scope):
            if scope.node in seen:
                return False
            held = m.recall(scope.module.relevance.get(scope.node))
            if held is not None:
                return held.value
            return _names_matter(m, scope, seen)
        case Dependency(callee=callee, base=base):
            return any(_matters(m, each, names, seen) for each in (callee, base) if each is not None)
        case Partial(callee=callee):
            return _matters(m, callee, names, seen)
        case Generic(arguments=arguments):
            return any(_matters(m, each, names, seen) for each in arguments)
        case ModuleRef(path=path):
            return any(_matters(m, member(m, value, name), names, seen) for name in _asked(path, names, seen))
    return False


def _asked(path: str, names: frozenset[str], seen: set[object]) -> list[str]:
    """The names that were not looked up in a module yet."""
    fresh = [name for name in sorted(names) if (path, name) not in seen]
    seen.update((path, name) for name in fresh)
    return fresh


def _class_matters(m: Machine, scope: Scope, seen: set[object]) -> bool:
    if scope.node in seen or not isinstance(scope.node, ast.ClassDef):
        return False
    seen.add(scope.node)
    bodies = [each for each in scope.node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    methods = (Function(scope.module.scope(each, scope.block, scope)) for each in bodies)
    return any(_matters(m, method, frozenset(), seen) for method in methods)


@once
def _names(node: ast.AST) -> frozenset[str]:
    found: set[str] = set()
    for child in ast.walk(node):
        match child:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                found.add(name)
            case ast.keyword(arg=str() as name):
                found.add(name)
            case ast.Constant(value=str() as name) if name.isidentifier():
                found.add(name)
    return frozenset(found)
