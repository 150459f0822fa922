"""The files that a change of one may concern: those that name a function, a class or a factory which it rewrites."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.callers import FILES
from sessile.flow.scopes import bound_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.project.workspace import Workspace
    from sessile.syntax import Block, Module


def dependents(workspace: Workspace, before: Module, after: Module) -> list[str]:
    """Paths of files other than the changed one; none where a name is too common to look everywhere."""
    paths: dict[str, None] = {}
    for name in sorted(_concerned(before, after)):
        others = workspace.mentions(name, before.path) or []
        if len(others) <= FILES:
            paths.update(dict.fromkeys(other.path for other in others))
    return list(paths)


def _concerned(before: Module, after: Module) -> set[str]:
    """What the changed blocks define, and those blocks of the file that name it, and so on."""
    kept = {placed.block for placed in after.blocks}
    names = {name for placed in before.blocks if placed.block not in kept for name in _defined(placed.block)}
    done = -1
    while len(names) > done:
        done = len(names)
        names |= {name for placed in before.blocks if placed.block.names & names for name in _defined(placed.block)}
    return names


def _defined(block: Block) -> Iterator[str]:
    for name, statement in bound_names(block.tree.body):
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            yield name
