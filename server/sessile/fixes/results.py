"""Repairs of what is taken out of a result: entities and values instead of Rows."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.fixes import calls, scan, tree
from sessile.fixes.changes import Changes
from sessile.flow.story import Site
from sessile.rules.finding import Applicability
from sessile.rules.offers import LOOPS, NEAREST, SCALAR, SHARED
from sessile.rules.repair import NotRepairable, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem


def scalars(problem: Problem, source: Source) -> Iterator[Draft]:
    """Put `.scalars()` before what takes the Row out, and unwrap where the Row is used as one."""
    fetch, method = _fetch(problem), str(problem.data["method"])
    changes = Changes(source)
    applicability = None
    if method in LOOPS:
        _scalars_behind(changes, fetch)
    else:
        if method in NEAREST:
            calls.rename(changes, fetch, NEAREST[method])
            applicability = Applicability.UNSAFE
        elif method not in SHARED:
            raise NotRepairable(f"a ScalarResult has no {method}")
        calls.insert_before(changes, fetch, ".scalars()")
    if unwrap(changes, fetch, problem.data.get("entity")) or _elsewhere(problem, fetch):
        applicability = Applicability.UNSAFE
    yield changes.draft(applicability=applicability)


def scalar(problem: Problem, source: Source) -> Iterator[Draft]:
    """Fetch the value itself."""
    fetch, method = _fetch(problem), str(problem.data["method"])
    if method not in SCALAR:
        yield from scalars(problem, source)
        return
    changes = Changes(source)
    calls.rename(changes, fetch, "scalar" if problem.data.get("via") == "query" else SCALAR[method])
    unwrap(changes, fetch, None)
    yield changes.draft()


def unindex(problem: Problem, source: Source) -> Iterator[Draft]:
    """Remove the `[0]` behind what is no Row."""
    use = problem.data["use"]
    if not isinstance(use, Site) or not isinstance(use.node, ast.Subscript):
        raise NotRepairable("there is no index")
    changes = Changes(source)
    _remove_link(changes, use, use.node.value)
    yield changes.draft()


def _fetch(problem: Problem) -> Site:
    fetch = problem.data["fetch"]
    if not isinstance(fetch, Site):
        raise NotRepairable("the fetch is out of sight")
    return fetch


def _scalars_behind(changes: Changes, fetch: Site) -> None:
    """Iterate scalars: behind the expression that is iterated, in brackets if it is awaited."""
    if isinstance(fetch.node, ast.Await):
        changes.wrap(fetch, "(", ").scalars()")
    elif isinstance(fetch.node, ast.Call | ast.Name | ast.Attribute | ast.Subscript):
        changes.insert(fetch.path, changes.source.offsets(fetch)[1], ".scalars()")
    else:
        raise NotRepairable("what is iterated is no result in sight")


def _elsewhere(problem: Problem, fetch: Site) -> bool:
    """Whether the Row is taken out in another function than the one with the finding."""
    here, there = tree.function(problem.site), tree.function(fetch)
    return (here and here.node) is not (there and there.node)


def unwrap(changes: Changes, fetch: Site, entity: object) -> int:
    """Rewrite `row.User` and `row[0]` to `row` in the function of the fetch; how many there were."""
    names = assigned_names(fetch)
    around = tree.function(fetch)
    found = [
        node
        for node in ast.walk(around.node if around is not None else fetch.block.tree)
        if _unwraps(node, names, entity)
    ]
    for node in found:
        assert isinstance(node, ast.Attribute | ast.Subscript)
        _remove_link(changes, at(fetch, node), node.value)
    return len(found)


def _remove_link(changes: Changes, site: Site, inner: ast.expr) -> None:
    """Remove what follows `inner` in an attribute or subscript."""
    _, end = changes.source.offsets(site)
    _, start = changes.source.offsets(at(site, inner))
    changes.put(site.path, scan.after_brackets(changes.text(site.path), start, end), end, "")


def _unwraps(node: ast.AST, names: set[str], entity: object) -> bool:
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
