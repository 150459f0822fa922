"""What a function does after a `try` whose failure was swallowed: whether it can tell, or does something else."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.scopes import own_nodes
from sessile.rules.handlers import is_log

if TYPE_CHECKING:
    from collections.abc import Iterator

Loop = ast.For | ast.AsyncFor | ast.While
#: Methods that put something into a container.
FILLS = frozenset({"append", "add", "extend", "update", "insert", "setdefault"})


def following(function: ast.AST, statement: ast.stmt) -> ast.AST | None:
    """What runs after a statement: the next that is no log line, `function` itself if that is over, None if a loop goes
    on."""
    path = path_to(function, statement)
    for parent, child in zip(reversed(path[:-1]), reversed(path[1:]), strict=True):
        if isinstance(parent, Loop):
            return None
        for name in ("body", "orelse", "finalbody"):
            body = getattr(parent, name, None)
            rest: list[ast.AST] = body[body.index(child) + 1 :] if isinstance(body, list) and child in body else []
            for found in rest:
                if not is_log(found):
                    return found
    return function if path else None


def path_to(tree: ast.AST, node: ast.AST) -> list[ast.AST]:
    """The nodes from a tree down to one in it; empty if it is not there."""
    return _path(tree, node) or []


def _path(tree: ast.AST, node: ast.AST) -> list[ast.AST] | None:
    if tree is node:
        return [tree]
    for child in ast.iter_child_nodes(tree):
        if getattr(child, "lineno", 0) <= node.lineno <= (getattr(child, "end_lineno", None) or 1 << 30):  # type: ignore[attr-defined]  # a statement
            found = _path(child, node)
            if found is not None:
                return [tree, *found]
    return None


def tries_something_else(statement: ast.stmt, function: ast.AST) -> bool:
    """Whether success leaves the function, so that what follows is for the failure: a fallback, or another attempt."""
    after = following(function, statement)
    body: list[ast.stmt] = getattr(statement, "body", [])
    ends = [*body[-1:], *getattr(statement, "orelse", [])[-1:]]
    if after is None:
        return any(isinstance(each, ast.Return | ast.Break) for each in ends)
    returns = any(isinstance(node, ast.Return) for part in body for node in ast.walk(part))
    return returns and after is not function and not isinstance(after, ast.Return)


def known_later(statement: ast.stmt, function: ast.AST) -> bool:
    """Whether what runs later looks at something that only success has set, or is the endless loop of a worker."""
    inside = {id(node) for node in ast.walk(statement)}
    body: list[ast.stmt] = getattr(statement, "body", [])
    filled = {name for part in body for node in ast.walk(part) for name in _filled(node)}
    flags = {name for part in body for node in ast.walk(part) for name in _flags(node)}
    for node in own_nodes(function):
        if id(node) not in inside and isinstance(node, ast.Name) and node.id in flags:
            return True
        if id(node) not in inside and any(_mentions(test, filled) for test in _tests(node)):
            return True
    loops = [each for each in path_to(function, statement)[:-1] if isinstance(each, Loop)]
    return bool(loops) and isinstance(loops[-1], ast.While)


def _flags(node: ast.AST) -> Iterator[str]:
    """Variables that a statement sets to a constant."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _filled(node: ast.AST) -> Iterator[str]:
    """Variables that a node assigns, or whose contents it changes."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
            yield name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in FILLS:
            yield name


def _tests(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            yield test
        case ast.Compare() | ast.BoolOp():
            yield node
        case ast.Match(subject=subject):
            yield subject


def _mentions(test: ast.expr, names: set[str]) -> bool:
    return any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(test))
