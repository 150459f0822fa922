"""Reads what the modules of the package import, and when: the tests here compare it with how the house is built.

An import takes place when its module is loaded ("load"), when a function runs ("call"), or never, as it serves type
checkers only ("typing"). `import_module(f"sessile.rules.{name}")` counts as an import of the package that it names.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import sessile

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(sessile.__file__).resolve().parent
ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
PAGES = PACKAGE / "rules" / "pages"
When = Literal["load", "call", "typing"]


@dataclass(frozen=True)
class Import:
    """One imported module; both names are dotted, `source` begins with "sessile"."""

    source: str
    target: str
    when: When
    line: int

    @property
    def room(self) -> str:
        """The part of the package that imports."""
        return room(self.source)

    def __str__(self) -> str:
        return f"{self.source}:{self.line} imports {self.target} ({self.when})"


def room(name: str) -> str:
    """The folder of the package that a module lies in, or its own name where it lies in none."""
    return name.split(".")[1] if "." in name else name


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(name: str) -> ast.Module:
    """The syntax of a module."""
    return ast.parse(modules()[name].read_text("utf-8"))


@cache
def imports() -> tuple[Import, ...]:
    """Every import of every module."""
    return tuple(found for name in modules() for found in _imports(name, tree(name), "load"))


def _imports(source: str, node: ast.AST, when: When) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        inner = when
        if isinstance(node, ast.If) and child in node.body and "TYPE_CHECKING" in ast.unparse(node.test):
            inner = "typing"
        elif when == "load" and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            inner = "call"
        for target in _targets(child):
            yield Import(source, target, inner, child.lineno)
        yield from _imports(source, child, inner)


def _targets(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (each.name for each in names)
        case ast.ImportFrom(module=str(module), level=0, names=names):
            inner = [f"{module}.{each.name}" for each in names]
            yield from (each if each in modules() else module for each in inner)
        case ast.ImportFrom():
            raise AssertionError("a relative import: this package names its modules in full")
        case ast.Call(func=ast.Name("import_module") | ast.Attribute(attr="import_module"), args=[argument, *_]):
            yield _named(argument)


def _named(argument: ast.expr) -> str:
    """The package that `import_module` is led to; "?" where that cannot be seen."""
    match argument:
        case ast.Constant(value=str(name)):
            return name
        case ast.JoinedStr(values=[ast.Constant(value=str(name)), *_]) if name.startswith("sessile."):
            return name.rstrip(".")
    return "?"
