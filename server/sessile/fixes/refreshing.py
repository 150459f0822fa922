"""Refreshes an object after what expired it, while its session is still there to do so."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from sessile.fixes import calls, statements, tree
from sessile.fixes.changes import Changes
from sessile.fixes.results import assigned_names
from sessile.flow.world import ObjectState
from sessile.rules.repair import NotRepairable, at, attempts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.story import Site
    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem


def refresh(problem: Problem, source: Source, attributes: tuple[str, ...] = ()) -> Iterator[Draft]:
    """Call `session.refresh(obj)` right after the call that expired the object; `attributes` are those to load."""
    state = problem.data["state"]
    if not isinstance(state, ObjectState) or state.expired is None:
        raise NotRepairable("nothing expired the object")
    site = state.expired.site
    session = receiver_text(source, site)
    for name in candidates(problem, state, site):
        yield from attempts(partial(_draft, source, site, session, name, attributes))


def _draft(source: Source, site: Site, session: str, name: str, attributes: tuple[str, ...]) -> Draft:
    changes = Changes(source)
    names = f", [{', '.join(repr(each).replace(chr(39), chr(34)) for each in attributes)}]" if attributes else ""
    call = awaited(site, f"{session}.refresh({name}{names})")
    after = tree.statement(site)
    if not isinstance(after.node, ast.Expr):
        raise NotRepairable("the call is part of a larger statement")
    statements.insert_after(changes, after, call)
    return changes.draft(f"Refresh `{name}` with {call}")


def receiver_text(source: Source, site: Site) -> str:
    """The session that a method is called on, as it is written there."""
    if not isinstance(site.node, ast.Call):
        raise NotRepairable("no call that a refresh could follow")
    receiver = calls.method(site).value
    if not tree.name_of(receiver):
        raise NotRepairable("the session has no name")
    return source.text(at(site, receiver))


def awaited(site: Site, call: str) -> str:
    """The call, awaited if the one at `site` is."""
    return f"await {call}" if isinstance(tree.parent(site), ast.Await) else call


def candidates(problem: Problem, state: ObjectState, site: Site) -> list[str]:
    """Variables that may hold the object in the function of `site`, the likeliest first."""
    here = tree.function(site)
    scope = here.node if here is not None else site.block.tree
    names: dict[str, None] = {}
    for reading in (problem.inner, problem.site):
        if reading is not None and _inside(reading, scope):
            names.update(dict.fromkeys(_base(reading.node)))
    if state.story and _inside(state.story[0].site, scope):
        names.update(dict.fromkeys(sorted(assigned_names(state.story[0].site))))
    names.update(dict.fromkeys(_returned(scope)))
    names.update(dict.fromkeys(_assigned_before(scope, site)))
    return list(names)


def _inside(site: Site, scope: ast.AST) -> bool:
    return any(node is site.node for node in ast.walk(scope))


def _base(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Attribute):
        return [node.value.id] if isinstance(node.value, ast.Name) else []
    if isinstance(node, ast.Call):
        return [each.id for each in node.args if isinstance(each, ast.Name)]
    return []


def _returned(scope: ast.AST) -> list[str]:
    returns = [node.value for node in ast.walk(scope) if isinstance(node, ast.Return)]
    return [node.id for node in returns if isinstance(node, ast.Name)]


def _assigned_before(scope: ast.AST, site: Site) -> list[str]:
    """Variables assigned above the site in its function, the nearest first, then its parameters."""
    line = getattr(site.node, "lineno", 0)
    found = [
        (node.lineno, node.id)
        for node in ast.walk(scope)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.lineno < line
    ]
    names = [name for _, name in sorted(found, reverse=True)]
    spec = getattr(scope, "args", None)
    if isinstance(spec, ast.arguments):
        names += [each.arg for each in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs) if each.arg != "self"]
    return names
