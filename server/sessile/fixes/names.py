"""What a thing of another module is called at a place: by which import, under which name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from sessile.fixes import tree
from sessile.flow.names import absolute_module
from sessile.flow.scopes import own_nodes
from sessile.rules.repair import NotRepairable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.fixes.changes import Changes
    from sessile.flow.scopes import ModuleScope
    from sessile.flow.story import Site
    from sessile.syntax import Block


class Imported(NamedTuple):
    """One `from ... import` at the top of a module, with the module's absolute name."""

    block: Block
    node: ast.ImportFrom
    module: str


def called(changes: Changes, site: Site, module: str, name: str) -> str:
    """The expression for `module.name` at a site; an import is noted where there is none yet."""
    scope = changes.source.scope(site.path)
    hidden = local_names(site)
    for found in _spellings(scope, site, module, name):
        if found.partition(".")[0] not in hidden:
            return found
    wanted = changes.imports.setdefault(site.path, {}).setdefault(module, {})
    if name not in wanted or wanted[name] in hidden:
        wanted[name] = _free(changes, scope, site, module, name, hidden)
    return wanted[name]


def imports_from(scope: ModuleScope) -> Iterator[Imported]:
    """The `from ... import` statements that stand at the top level and run whenever the module does."""
    for placed in scope.module.blocks:
        for node in placed.block.tree.body:
            if isinstance(node, ast.ImportFrom):
                yield Imported(placed.block, node, absolute_module(scope, node))


def local_names(site: Site) -> set[str]:
    """Names that the functions around a node bind, which hide those of the module."""
    found: set[str] = set()
    for node in (site.node, *tree.ancestors(site)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        spec = node.args
        found.update(each.arg for each in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs))
        found.update(each.arg for each in (spec.vararg, spec.kwarg) if each is not None)
        for inner in own_nodes(node):
            found.update(_bound(inner))
    return found


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.Import() | ast.ImportFrom():
            yield from (each.asname or each.name.partition(".")[0] for each in node.names)


def _spellings(scope: ModuleScope, site: Site, module: str, name: str) -> Iterator[str]:
    """Expressions that imports already give a meaning."""
    if scope.name == module:
        yield name
    for each in imports_from(scope):
        yield from _from(each.node, each.module, module, name)
    for node in tree.ancestors(site):
        if isinstance(node, tree.Definition):
            for inner in tree.own_statements(node.body):
                if isinstance(inner, ast.ImportFrom) and inner.lineno < site.node.lineno:  # type: ignore[attr-defined]
                    yield from (
                        each.name
                        for each in inner.names
                        if absolute_module(scope, inner) == module and each.name == name and each.asname is None
                    )
    yield from _through_modules(scope, module, name)


def _from(node: ast.ImportFrom, found: str, module: str, name: str) -> Iterator[str]:
    for each in node.names:
        if found == module and each.name == name:
            yield each.asname or name


def _through_modules(scope: ModuleScope, module: str, name: str) -> Iterator[str]:
    parent, _, last = module.rpartition(".")
    if any(each.module == module for each in imports_from(scope)):
        return
    for each in imports_from(scope):
        for alias in each.node.names:
            if parent and each.module == parent and alias.name == last:
                yield f"{alias.asname or last}.{name}"
    for placed in scope.module.blocks:
        for node in placed.block.tree.body:
            for alias in node.names if isinstance(node, ast.Import) else ():
                if alias.name == module:
                    yield f"{alias.asname or module}.{name}"


def _free(changes: Changes, scope: ModuleScope, site: Site, module: str, name: str, hidden: set[str]) -> str:
    """A name for the import that nothing else has."""
    others = {held for names in changes.imports.get(site.path, {}).values() for held in names.values()}
    if changes.source.workspace.module(module) is not None and name in scope.bindings:
        raise NotRepairable(f"{name} is something else here, or imported for type checkers only")
    if name not in hidden and name not in others and not _taken(scope, module, name):
        return name
    prefix = "sa" if module.partition(".")[0] in ("sqlalchemy", "sqlmodel") else module.rpartition(".")[2]
    free = f"{prefix}_{name}"
    while free in hidden or free in scope.bindings or free in others:
        free += "_"
    return free


def _taken(scope: ModuleScope, module: str, name: str) -> bool:
    """Whether the module binds the name to something else; an import for type checkers binds the same thing."""
    for _, statement in scope.bindings.get(name, ()):
        same = isinstance(statement, ast.ImportFrom) and absolute_module(scope, statement) == module
        if not same or not any(each.name == name for each in statement.names):  # type: ignore[attr-defined]
            return True
    return False
