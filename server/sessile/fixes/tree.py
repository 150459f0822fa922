"""Where a node stands in its block: the nodes around it, its statement, its neighbours."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from sessile.rules.repair import NotRepairable, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.story import Site

Definition = (ast.FunctionDef, ast.AsyncFunctionDef)
SUITES = ("body", "orelse", "finalbody")


class Suite(NamedTuple):
    """A list of statements: `owner` is the node whose `field` it is, `place` that of the statement asked for."""

    owner: ast.AST
    field: str
    statements: list[ast.stmt]
    place: int


def ancestors(site: Site) -> list[ast.AST]:
    """The nodes around a node, innermost first; raises NotRepairable where the node is not of its block."""
    parents = {id(child): node for node in ast.walk(site.block.tree) for child in ast.iter_child_nodes(node)}
    found: list[ast.AST] = []
    node: ast.AST | None = parents.get(id(site.node))
    while node is not None:
        found.append(node)
        node = parents.get(id(node))
    if not found:
        raise NotRepairable("the node is not part of its block")
    return found


def parent(site: Site) -> ast.AST:
    """The node directly around a node."""
    return ancestors(site)[0]


def statement(site: Site) -> Site:
    """The innermost statement that holds a node, the node itself included."""
    for node in (site.node, *ancestors(site)):
        if isinstance(node, ast.stmt):
            return at(site, node)
    raise NotRepairable("no statement holds the node")


def function(site: Site) -> Site | None:
    """The innermost `def` around a node."""
    return next((at(site, node) for node in ancestors(site) if isinstance(node, Definition)), None)


def suite(site: Site) -> Suite:
    """The list of statements that a statement is part of."""
    owner = parent(site)
    for field in SUITES:
        statements = getattr(owner, field, None)
        if isinstance(statements, list):
            for index, each in enumerate(statements):
                if each is site.node:
                    return Suite(owner, field, statements, index)
    raise NotRepairable("no suite holds the statement")


def suites(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The lists of statements directly below a statement, those of handlers and cases included."""
    for field in SUITES:
        statements = getattr(node, field, None)
        if isinstance(statements, list) and statements:
            yield statements
    for branch in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield branch.body


def own_statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements of a suite in order, nested ones included, those of nested functions and classes left out."""
    for each in body:
        yield each
        if not isinstance(each, (*Definition, ast.ClassDef)):
            for inner in suites(each):
                yield from own_statements(inner)


def name_of(node: ast.AST) -> str:
    """A dotted name as it is written; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = name_of(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""
