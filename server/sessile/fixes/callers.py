"""Finds who uses a function in the workspace."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessile.fixes import tree
from sessile.fixes.shapes import machine_for
from sessile.flow.names import absolute_module, imported
from sessile.flow.story import Site
from sessile.flow.values import Function

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.scopes import ModuleScope
    from sessile.rules.repair import Source


@dataclass(frozen=True)
class Callers:
    """`calls` are the expressions that give the function's result; `complete` that nobody else can get it."""

    calls: tuple[Site, ...]
    complete: bool


def callers(source: Source, function: Site) -> Callers:
    """The calls of a function in the workspace."""
    node = function.node
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    own = source.scope(function.path)
    others = source.workspace.mentions(node.name, function.path)
    method = isinstance(tree.parent(function), ast.ClassDef)
    calls: list[Site] = []
    complete = others is not None and not any(_is_framework(each) for each in node.decorator_list)
    for scope in (own, *(others or ())):
        names = _method_names(node.name) if method else _names(source, scope, own, node)
        for use in _uses(scope, names):
            result = _result(use, node)
            if result is None:
                complete = False
            else:
                calls.append(result)
        complete = complete and not _told(scope, node) and not (scope.package and node.name in scope.bindings)
    return Callers(tuple(calls), complete and bool(calls))


def _is_framework(decorator: ast.expr) -> bool:
    """A decorator that is called or reached through an object hands the function to a framework."""
    name = getattr(decorator, "id", getattr(decorator, "attr", ""))
    return name not in ("staticmethod", "classmethod", "property", "override")


def _told(scope: ModuleScope, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the name occurs in a string, as in `__all__`, or is defined a second time."""
    for placed in scope.module.blocks:
        if function.name not in placed.block.names:
            continue
        for node in ast.walk(placed.block.tree):
            if isinstance(node, ast.Constant) and node.value == function.name:
                return True
            other = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function.name
            if other and node is not function:
                return True
    return False


@dataclass(frozen=True)
class Names:
    """How a module spells the function: plain names, and `prefix.name` where `prefix` is one of these (None: any)."""

    plain: frozenset[str]
    prefixes: frozenset[str] | None
    name: str

    def means(self, node: ast.AST) -> bool:
        """Whether a node is the function."""
        if isinstance(node, ast.Name):
            return node.id in self.plain and isinstance(node.ctx, ast.Load)
        if isinstance(node, ast.Attribute) and node.attr == self.name:
            return self.prefixes is None or tree.name_of(node.value) in self.prefixes
        return False


def _method_names(name: str) -> Names:
    return Names(frozenset(), None, name)


def _names(
    source: Source, scope: ModuleScope, own: ModuleScope, function: ast.FunctionDef | ast.AsyncFunctionDef
) -> Names:
    """The names of a module-level function in a module."""
    machine = machine_for(source)
    plain = {function.name} if scope is own else set()
    prefixes: set[str] = set()
    for placed in scope.module.blocks:
        for node in ast.walk(placed.block.tree):
            if isinstance(node, ast.ImportFrom):
                origin = absolute_module(scope, node)
                for alias in node.names:
                    value = imported(machine, scope, node, alias.name) if alias.name == function.name else None
                    if isinstance(value, Function) and value.scope.node is function:
                        plain.add(alias.asname or alias.name)
                    elif f"{origin}.{alias.name}" == own.name:
                        prefixes.add(alias.asname or alias.name)
            elif isinstance(node, ast.Import):
                prefixes.update(alias.asname or alias.name for alias in node.names if alias.name == own.name)
    return Names(frozenset(plain), frozenset(prefixes), function.name)


def _uses(scope: ModuleScope, names: Names) -> Iterator[Site]:
    for placed in scope.module.blocks:
        for node in ast.walk(placed.block.tree):
            if names.means(node):
                yield Site(scope.path, placed.block, node)


def _result(use: Site, function: ast.AST) -> Site | None:
    """The expression that gives the result; None where the function is not simply called."""
    call = tree.parent(use)
    if not isinstance(call, ast.Call) or call.func is not use.node:
        return None
    site = Site(use.path, use.block, call)
    if not isinstance(function, ast.AsyncFunctionDef):
        return site
    awaited = tree.parent(site)
    return Site(use.path, use.block, awaited) if isinstance(awaited, ast.Await) else None
