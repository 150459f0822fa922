"""Names that are read where nothing binds them: a repair that writes one would raise NameError."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from sessile.flow.scopes import parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sessile.syntax import Module


BUILTINS = frozenset({*dir(builtins), "__file__", "__path__", "__class__"})


def unbound(module: Module) -> set[str]:
    """The names that a module reads where nothing binds them; none where it imports names that it does not write."""
    blocks = [placed.block.tree for placed in module.blocks]
    bound = set(BUILTINS)
    for block in blocks:
        for node in ast.walk(block):
            if isinstance(node, ast.Global):
                bound.update(node.names)
        bound |= _bound(block.body)
    return set() if "*" in bound else {name for block in blocks for name in _read(block.body, bound)}


def _read(nodes: Iterable[ast.AST], bound: set[str]) -> Iterator[str]:
    """The names that nodes read where `bound` are all names that they see."""
    for node in nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                if name not in bound:
                    yield name
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                body = node.body if isinstance(node.body, list) else [node.body]
                yield from _read((each for each in ast.iter_child_nodes(node) if each not in body), bound)
                yield from _read(body, bound | {each.arg for each, _, _ in parameters(node)} | _bound(body))
            case ast.ClassDef(body=body):
                yield from _read((each for each in ast.iter_child_nodes(node) if each not in body), bound)
                yield from _read(body, bound | _bound(body))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                yield from _read(ast.iter_child_nodes(node), bound | _bound(each.target for each in node.generators))
            case _:
                yield from _read(ast.iter_child_nodes(node), bound)


def _bound(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that nodes bind in the scope in which they stand."""
    found: set[str] = set()
    todo = list(nodes)
    while todo:
        node = todo.pop()
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
                continue
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found.add(name)
            case ast.MatchMapping(rest=str(name)):
                found.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found.update(each.asname or each.name.partition(".")[0] for each in names)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                found.update(each.target.id for each in ast.walk(node) if isinstance(each, ast.NamedExpr))
                continue
            case ast.Lambda():
                continue
        todo.extend(ast.iter_child_nodes(node))
    return found
