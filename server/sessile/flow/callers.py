"""Who calls a function: whether every use of it in the workspace is a call that the analysis has followed.

Where that is so, nothing about the function's arguments is out of sight, and what its callers do with what it returns
has been judged where they do it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessile.flow.machine import Machine
    from sessile.flow.scopes import ModuleScope, Scope
    from sessile.syntax import Block

#: More files than this that mention a name are not looked into.
FILES = 6


def all_followed(m: Machine, scope: Scope, follow: Callable[[ModuleScope, Block], object]) -> bool:
    """Whether the function is called at least once and used in no other way than by calls that were followed.

    `follow` has the machine follow the calls of a block of another module, if it has not done so already.
    """
    name = getattr(scope.node, "name", "")
    if not name or any(_is_framework(each) for each in scope.decorators):
        return False
    others = m.workspace.mentions(name, scope.module.path)
    if others is None or len(others) > FILES:
        return False
    uses = _uses(scope.module, name, scope.node)
    for module in others:
        for placed in module.module.blocks:
            if name in placed.block.names:
                follow(module, placed.block)
        uses += _uses(module, name, scope.node)
    followed = m.followed.get(scope.node, set())
    return bool(uses) and all(use is not None and id(use) in followed for use in uses)


def _is_framework(decorator: ast.expr) -> bool:
    """A decorator that is called or reached through an object (`@router.get(...)`) hands the function to a framework."""
    return isinstance(decorator, ast.Call | ast.Attribute)


def _uses(module: ModuleScope, name: str, definition: ast.AST) -> list[ast.Call | None]:
    """The calls of a name in a module; None for every other use of it. Imports do not count."""
    found: list[ast.Call | None] = []
    for placed in module.module.blocks:
        if name in placed.block.names:
            _collect(placed.block.tree, name, definition, found)
    return found


def _collect(tree: ast.AST, name: str, definition: ast.AST, found: list[ast.Call | None]) -> None:
    called: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _named(node.func, name):
            called.add(id(node.func))
            found.append(node)
    for node in ast.walk(tree):
        if _named(node, name) and id(node) not in called:
            found.append(None)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name and node is not definition:
            found.append(None)


def _named(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Name(id=found) | ast.Attribute(attr=found):
            return found == name
        case ast.Constant(value=str() as text):
            return text == name
    return False
