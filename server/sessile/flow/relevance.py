"""Which functions can matter: those that name something of a session, or call a function that does.

A cheap look at names and at what they stand for. It errs on the side of looking closer: what it passes over holds no
session and no mapped class, and calls nothing that does.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.names import global_value
from sessile.flow.values import ClassRef, EngineRef, Factory, Function, SessionRef, Value
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
    """Whether a function may touch a session or a mapped instance that it was not given."""
    memory = scope.module.relevance
    held = m.recall(memory.get(scope.node))
    if held is None:
        own = m.remember(lambda: _names_matter(m, scope, set()))
        held = memory[scope.node] = own
    return held.value


def _names_matter(m: Machine, scope: Scope, seen: set[ast.AST]) -> bool:
    """Whether a function, or what it may call, names something that matters; `seen` have been asked already."""
    names = set(_names(scope.node))
    if any(name in WORDS or "session" in name.lower() or name in ("db", "_db") for name in names):
        return True
    seen.add(scope.node)
    if any(_matters(m, global_value(m, scope.module, name), seen) for name in sorted(names & _globals(scope))):
        return True
    return any(_matters(m, method, seen) for method in _methods(scope, names))


def _globals(scope: Scope) -> set[str]:
    return set(scope.module.bindings)


def _methods(scope: Scope, names: set[str]) -> Iterator[Value]:
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


def _matters(m: Machine, value: Value, seen: set[ast.AST]) -> bool:
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
    return False


def _class_matters(m: Machine, scope: Scope, seen: set[ast.AST]) -> bool:
    if scope.node in seen or not isinstance(scope.node, ast.ClassDef):
        return False
    seen.add(scope.node)
    bodies = [each for each in scope.node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    return any(_matters(m, Function(scope.module.scope(each, scope.block, scope)), seen) for each in bodies)


def _names(node: ast.AST) -> Iterator[str]:
    for child in ast.walk(node):
        match child:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.keyword(arg=str() as name):
                yield name
            case ast.Constant(value=str() as name) if name.isidentifier():
                yield name
