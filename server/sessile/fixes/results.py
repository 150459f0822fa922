"""Repairs of what is taken out of a result: entities and values instead of Rows."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.fixes import calls, tree
from sessile.fixes.changes import Changes
from sessile.fixes.row_uses import ROW, ROWS, RowUses, remove_link
from sessile.flow.story import Site
from sessile.rules.finding import Applicability
from sessile.rules.offers import LOOPS, NEAREST, SCALAR, SHARED
from sessile.rules.repair import NotRepairable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem

#: Fetches that give a list.
MANY = frozenset({"all", "fetchall", "fetchmany"})


def scalars(problem: Problem, source: Source) -> Iterator[Draft]:
    """Put `.scalars()` before what takes the Row out, and unwrap where the Row is used as one."""
    fetch, method = _fetch(problem), str(problem.data["method"])
    changes = Changes(source)
    applicability = None
    if method in LOOPS:
        append_to_iterated(changes, fetch, ".scalars()")
    else:
        if method in NEAREST:
            calls.rename(changes, fetch, NEAREST[method])
            applicability = Applicability.UNSAFE
        elif method not in SHARED:
            raise NotRepairable(f"a ScalarResult has no {method}")
        calls.insert_before(changes, fetch, ".scalars()")
    uses = RowUses(changes, entity=problem.data.get("entity"))
    uses.follow(fetch, ROWS if method in LOOPS | MANY else ROW)
    if uses.unwrapped or not uses.seen:
        applicability = Applicability.UNSAFE
    yield changes.draft(applicability=applicability)


def session_scalars(problem: Problem, source: Source) -> Iterator[Draft]:
    """`session.execute(...).scalars()` becomes `session.scalars(...)`; a comment in between is not taken away."""
    link = problem.data["link"]
    if not source.modern or not isinstance(link, Site) or not isinstance(link.node, ast.Call):
        raise NotRepairable("it was new in 1.4.24")
    result = calls.method(link).value
    changes = Changes(source)
    remove_link(changes, link, result)
    start, end, _ = next(iter(changes.edits[link.path]))
    if "#" in source.document(link.path).text[start:end]:
        raise NotRepairable("a comment would be lost")
    calls.rename(changes, problem.site, "scalars")
    yield changes.draft()


def scalar(problem: Problem, source: Source) -> Iterator[Draft]:
    """Fetch the value itself."""
    fetch, method = _fetch(problem), str(problem.data["method"])
    if method not in SCALAR:
        yield from scalars(problem, source)
        return
    changes = Changes(source)
    calls.rename(changes, fetch, "scalar" if problem.data.get("via") == "query" else SCALAR[method])
    RowUses(changes).follow(fetch, ROW)
    yield changes.draft()


def unindex(problem: Problem, source: Source) -> Iterator[Draft]:
    """Remove the `[0]` behind what is no Row."""
    use = problem.data["use"]
    if not isinstance(use, Site) or not isinstance(use.node, ast.Subscript):
        raise NotRepairable("there is no index")
    changes = Changes(source)
    remove_link(changes, use, use.node.value)
    yield changes.draft()


def _fetch(problem: Problem) -> Site:
    fetch = problem.data["fetch"]
    if not isinstance(fetch, Site):
        raise NotRepairable("the fetch is out of sight")
    return fetch


def append_to_iterated(changes: Changes, fetch: Site, link: str) -> None:
    """Put a link behind an expression that is iterated, in brackets if it is awaited."""
    if isinstance(fetch.node, ast.Await):
        changes.wrap(fetch, "(", f"){link}")
    elif isinstance(fetch.node, ast.Call | ast.Name | ast.Attribute | ast.Subscript):
        changes.insert(fetch.path, changes.source.offsets(fetch)[1], link)
    else:
        raise NotRepairable("what is iterated is no result in sight")


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
