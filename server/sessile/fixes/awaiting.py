"""Awaits coroutines that nobody awaited, and fetches what a result can give."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.fixes import calls, tree
from sessile.fixes.changes import Changes
from sessile.flow.story import Site
from sessile.rules.offers import SCALAR_FETCHES
from sessile.rules.repair import NotRepairable, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem


def use_result(problem: Problem, source: Source) -> Iterator[Draft]:
    """Await the call, or call the method that a ScalarResult has."""
    changes = Changes(source)
    if problem.data["how"] == "not awaited":
        _await(changes, problem)
    else:
        _rename(changes, problem)
    yield changes.draft()


def _await(changes: Changes, problem: Problem) -> None:
    node = problem.data["call"]
    site = node if isinstance(node, Site) else at(problem.site, node)  # type: ignore[arg-type]  # a node of this block
    around = tree.function(site)
    if not isinstance(site.node, ast.Call) or around is None or not isinstance(around.node, ast.AsyncFunctionDef):
        raise NotRepairable("nothing can be awaited here")
    outer = tree.parent(site)
    inside = isinstance(outer, ast.Attribute | ast.Subscript | ast.BinOp | ast.Compare | ast.UnaryOp)
    changes.wrap(site, "(await " if inside else "await ", ")" if inside else "")


def _rename(changes: Changes, problem: Problem) -> None:
    name = str(problem.data["name"])
    for node in (problem.site.node, *tree.ancestors(problem.site)[:1]):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            calls.rename(changes, at(problem.site, node), SCALAR_FETCHES[name])
            return
    raise NotRepairable("the call is out of sight")
