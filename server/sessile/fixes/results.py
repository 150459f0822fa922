"""Repairs of what is taken out of a result: entities instead of Rows."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.fixes import calls, tree
from sessile.fixes.changes import Changes
from sessile.flow.story import Site
from sessile.rules.finding import Applicability
from sessile.rules.repair import NotRepairable, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem

#: Methods that a Result and a ScalarResult share.
SHARED = frozenset({"all", "fetchall", "fetchmany", "first", "one", "one_or_none", "partitions"})
#: Methods that only a Result has, and what comes nearest on a ScalarResult.
NEAREST = {"fetchone": "first"}


def scalars(problem: Problem, source: Source) -> Iterator[Draft]:
    """Put `.scalars()` before the method that took the Row out, and unwrap where the Row is used as one."""
    fetch = problem.data["fetch"]
    if not isinstance(fetch, Site):
        raise NotRepairable("the fetch is out of sight")
    name = str(problem.data["method"])
    changes = Changes(source)
    applicability = None
    if name in NEAREST:
        calls.rename(changes, fetch, NEAREST[name])
        applicability = Applicability.UNSAFE
    elif name not in SHARED:
        raise NotRepairable(f"a ScalarResult has no {name}")
    calls.insert_before(changes, fetch, ".scalars()")
    if unwrap(changes, fetch, str(problem.data["entity"])) or _elsewhere(problem, fetch):
        applicability = Applicability.UNSAFE
    yield changes.draft(applicability=applicability)


def _elsewhere(problem: Problem, fetch: Site) -> bool:
    """Whether the Row is taken out in another function than the one with the finding."""
    here, there = tree.function(problem.site), tree.function(fetch)
    return (here and here.node) is not (there and there.node)


def unwrap(changes: Changes, fetch: Site, entity: str) -> int:
    """Rewrite `row.User` and `row[0]` to `row` in the function of the fetch; how many there were."""
    names = assigned_names(fetch)
    around = tree.function(fetch)
    count = 0
    for node in ast.walk(around.node if around is not None else fetch.block.tree):
        if _unwraps(node, names, entity):
            start, end = changes.source.offsets(at(fetch, node))
            _, inner = changes.source.offsets(at(fetch, node.value))  # type: ignore[attr-defined]  # see _unwraps
            changes.put(fetch.path, inner, end, "")
            count += start < end
    return count


def _unwraps(node: ast.AST, names: set[str], entity: str) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return name in names and attribute == entity
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=0)):
            return name in names
    return False


def assigned_names(site: Site) -> set[str]:
    """The variables that an expression's value is assigned to, directly."""
    outer = site.node
    for node in tree.ancestors(site):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is outer:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            return {target.id for target in targets if isinstance(target, ast.Name)}
        if not isinstance(node, ast.Await):
            return set()
        outer = node
    return set()
