"""The files that a change of one may concern: those that name a function, a class or a factory which it rewrites."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.callers import FILES
from sessile.flow.scopes import bound_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.project.workspace import Workspace
    from sessile.syntax import Module


def dependents(workspace: Workspace, before: Module, after: Module) -> list[str]:
    """Paths of files other than the changed one; none where a name is too common to look everywhere."""
    paths: dict[str, None] = {}
    for name in dict.fromkeys(_rewritten(before, after)):
        others = workspace.mentions(name, before.path) or []
        if len(others) <= FILES:
            paths.update(dict.fromkeys(other.path for other in others))
    return list(paths)


def _rewritten(before: Module, after: Module) -> Iterator[str]:
    kept = {placed.block for placed in after.blocks}
    for placed in before.blocks:
        if placed.block not in kept:
            for name, statement in bound_names(placed.block.tree.body):
                if not isinstance(statement, ast.Import | ast.ImportFrom):
                    yield name
