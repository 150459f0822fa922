"""Loader options as they are written."""

from __future__ import annotations

import ast
from typing import NamedTuple

from sessile.orm.api.options import LOADER_OPTIONS


class Part(NamedTuple):
    """One call of a chain such as `selectinload(User.posts).joinedload(Post.author)`."""

    strategy: str
    name: str
    call: ast.Call


def read_chain(node: ast.expr) -> list[Part]:
    """The calls of an option for relationships, from the outside in; empty for anything else."""
    parts: list[Part] = []
    while isinstance(node, ast.Call):
        function = node.func
        strategy = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        known = LOADER_OPTIONS.get(strategy)
        if known is None or known.names != "relationship" or len(node.args) < 1:
            return []
        name = _attribute(node.args[0])
        if name is None:
            return []
        parts.insert(0, Part(strategy, name, node))
        if not isinstance(function, ast.Attribute):
            return parts
        node = function.value
    return parts


def _attribute(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return None


def columns_of(node: ast.expr) -> tuple[str, list[str]] | None:
    """The function and the columns of an option such as `load_only(User.name)`; None for anything else."""
    if not isinstance(node, ast.Call):
        return None
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name not in ("load_only", "defer") or isinstance(getattr(node.func, "value", None), ast.Call):
        return None
    return name, [each.attr for each in node.args if isinstance(each, ast.Attribute)]
