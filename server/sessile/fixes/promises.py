"""Rewrites a return annotation that promises mapped instances to one that promises dictionaries."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from sessile.fixes.shapes import machine_for, of_type
from sessile.flow.annotations import type_value
from sessile.flow.names import module_world
from sessile.flow.values import ClassRef
from sessile.rules.repair import at

if TYPE_CHECKING:
    from sessile.fixes.changes import Changes
    from sessile.flow.story import Site
    from sessile.flow.values import Value


def promise_dictionaries(changes: Changes, function: Site) -> None:
    """Rewrite the annotation of a function, where it has one."""
    returns = getattr(function.node, "returns", None)
    if isinstance(returns, ast.expr):
        _rewrite(changes, at(function, returns))


def _rewrite(changes: Changes, site: Site) -> None:
    match site.node:
        case ast.Constant(value=str() as text):
            _rewrite_text(changes, site, text)
        case ast.Name() | ast.Attribute():
            _rewrite_name(changes, site)
        case ast.Subscript(slice=inner):
            _rewrite(changes, at(site, inner))
        case ast.Tuple(elts=elts):
            for each in elts:
                _rewrite(changes, at(site, each))
        case ast.BinOp(left=left, right=right):
            _rewrite(changes, at(site, left))
            _rewrite(changes, at(site, right))


def _rewrite_name(changes: Changes, site: Site) -> None:
    """A class, or a name for a type with the class in it."""
    value = _type(changes, site, site.node)
    shape = of_type(value)
    if shape.kind == "entity":
        changes.replace(site, _dictionary(changes, site) + ("" if isinstance(value, ClassRef) else " | None"))
    elif shape.kind == "each" and shape.parts[0].kind == "entity":
        changes.replace(site, f"list[{_dictionary(changes, site)}]")


def _rewrite_text(changes: Changes, site: Site, text: str) -> None:
    """An annotation in quotes: the names in it are replaced where they stand."""
    try:
        expression = ast.parse(text, mode="eval").body
    except SyntaxError:
        return
    names = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    found = changes.source.text(site)
    for name in sorted(names):
        if isinstance(value := _type(changes, site, ast.Name(name, ast.Load())), ClassRef) and of_type(value).facts:
            found = re.sub(rf"\b{re.escape(name)}\b", _dictionary(changes, site), found)
    if found != changes.source.text(site):
        changes.replace(site, found)


def _dictionary(changes: Changes, site: Site) -> str:
    return f"dict[str, {changes.imported(site, 'typing', 'Any')}]"


def _type(changes: Changes, site: Site, node: ast.AST) -> Value:
    machine = machine_for(changes.source)
    world = module_world(machine, changes.source.scope(site.path), site.block)
    assert isinstance(node, ast.expr)
    return type_value(machine, node, world)
