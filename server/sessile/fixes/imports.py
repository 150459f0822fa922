"""Adding imports: into a `from x import a` that is there, else as a line of its own where a reader would look for it.

Nothing is added below `if TYPE_CHECKING` or inside a `try`; `from __future__` and the docstring stay first.
"""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, NamedTuple

from sessile.fixes import scan, statements
from sessile.fixes.names import Imported, imports_from
from sessile.flow.story import Site
from sessile.rules.repair import at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.fixes.changes import Changes
    from sessile.flow.scopes import ModuleScope
    from sessile.syntax import Block

FUTURE, STANDARD, THIRD_PARTY, OWN, RELATIVE = range(5)


class Line(NamedTuple):
    """An import statement at the top of a file, and what decides its place."""

    key: tuple[int, bool, str]
    site: Site

    @property
    def section(self) -> int:
        return self.key[0]


def add_imports(changes: Changes) -> None:
    """Turn the imports that a draft needs into edits."""
    for path, modules in changes.imports.items():
        scope = changes.source.scope(path)
        for module, names in modules.items():
            present = next((each for each in imports_from(scope) if each.module == module and _open(each)), None)
            if present is not None:
                _extend(changes, path, present, names)
            else:
                _add_line(changes, scope, module, names)
    changes.imports.clear()


def _open(each: Imported) -> bool:
    return all(alias.name != "*" for alias in each.node.names)


def _spelled(name: str, called: str) -> str:
    return name if name == called else f"{name} as {called}"


def _extend(changes: Changes, path: str, present: Imported, names: dict[str, str]) -> None:
    """Add names to an import, in order if the names there are in order."""
    site = Site(path, present.block, present.node)
    aliases = present.node.names
    held = [each.name for each in aliases]
    for name, called in sorted(names.items()):
        text = _spelled(name, called)
        later = next((each for each in aliases if _order(each.name) > _order(name)), None)
        if later is None or held != sorted(held, key=_order):
            _append(changes, site, text)
            continue
        start, _ = changes.source.offsets(at(site, later))
        whole = changes.text(path)
        gap = changes.newline(path) + scan.indentation(whole, start) if scan.begins_line(whole, start) else " "
        changes.insert(path, start, f"{text},{gap}")


def _append(changes: Changes, site: Site, text: str) -> None:
    from sessile.fixes.calls import add_item

    node = site.node
    assert isinstance(node, ast.ImportFrom)
    last = changes.source.offsets(at(site, node.names[-1]))
    _, end = changes.source.offsets(site)
    bracket = changes.text(site.path)[end - 1] == ")"
    add_item(changes, site.path, last, end - 1 if bracket else end, text)


def _order(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest, as isort and ruff sort them."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name.lower()


def _add_line(changes: Changes, scope: ModuleScope, module: str, names: dict[str, str]) -> None:
    """Add an import statement beside those of its kind."""
    spelled = spelling(scope, module)
    listed = ", ".join(_spelled(name, called) for name, called in sorted(names.items()))
    text = f"from {spelled} import {listed}"
    key = _key(changes, module, 1 if spelled.startswith(".") else 0, isfrom=True)
    lines = list(_lines(changes, scope))
    before = [line for line in lines if line.key <= key]
    after = [line for line in lines if line.key > key]
    if before and before[-1].section == key[0]:
        statements.insert_after(changes, before[-1].site, text)
    elif after and after[0].section == key[0]:
        statements.insert_before(changes, after[0].site, text)
    elif before:
        statements.insert_after(changes, before[-1].site, text, blank=1)
    elif after:
        statements.insert_before(changes, after[0].site, text, blank=1)
    else:
        _add_first(changes, scope, text)


def _add_first(changes: Changes, scope: ModuleScope, text: str) -> None:
    """The first import of a file, behind its docstring."""
    for placed in scope.module.blocks:
        for node in placed.block.tree.body:
            site = Site(scope.path, placed.block, node)
            if statements.is_docstring(node):
                statements.insert_after(changes, site, text, blank=1)
            else:
                statements.insert_before(changes, site, text, blank=2)
            return


def _lines(changes: Changes, scope: ModuleScope) -> Iterator[Line]:
    """The imports at the top of a file, down to its first definition."""
    for block, node in _top(scope):
        match node:
            case ast.ImportFrom():
                yield Line(_key(changes, node.module or "", node.level, isfrom=True), Site(scope.path, block, node))
            case ast.Import():
                yield Line(_key(changes, node.names[0].name, 0, isfrom=False), Site(scope.path, block, node))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return


def _top(scope: ModuleScope) -> Iterator[tuple[Block, ast.stmt]]:
    for placed in scope.module.blocks:
        for node in placed.block.tree.body:
            yield placed.block, node


def _key(changes: Changes, module: str, level: int, *, isfrom: bool) -> tuple[int, bool, str]:
    root = module.partition(".")[0]
    if level:
        section = RELATIVE
    elif root == "__future__":
        section = FUTURE
    elif root in sys.stdlib_module_names:
        section = STANDARD
    else:
        own = module in changes.modules or changes.source.workspace.module(module) is not None
        section = OWN if own else THIRD_PARTY
    return section, isfrom, module.lower()


def spelling(scope: ModuleScope, module: str) -> str:
    """A module's name as this file would import it: relative if it is a neighbour and the file imports so already."""
    package = scope.name if scope.package else scope.name.rpartition(".")[0]
    relative = any(each.node.level for each in imports_from(scope))
    root = module.partition(".")[0]
    if not relative or not package or package.partition(".")[0] != root:
        return module
    here, there = package.split("."), module.split(".")
    shared = next((i for i, pair in enumerate(zip(here, there, strict=False)) if pair[0] != pair[1]), None)
    shared = min(len(here), len(there)) if shared is None else shared
    return "." * (len(here) - shared + 1) + ".".join(there[shared:])
