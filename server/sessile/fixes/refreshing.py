"""Refreshes an object after what expired it, while its session is still there to do so."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from sessile.fixes import calls, scan, statements, tree
from sessile.fixes.changes import Changes
from sessile.fixes.commits import of_with
from sessile.fixes.exits import terminates
from sessile.fixes.names import local_names
from sessile.fixes.results import assigned_names
from sessile.flow.world import ObjectState
from sessile.rules.repair import NotRepairable, at, attempts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.story import Site
    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem

#: How many variables are tried as lists.
LISTS = 3


def refresh(problem: Problem, source: Source, attributes: tuple[str, ...] = ()) -> Iterator[Draft]:
    """Call `session.refresh(obj)` right after the call that expired the object; `attributes` are those to load."""
    state = problem.data["state"]
    if not isinstance(state, ObjectState) or state.expired is None:
        raise NotRepairable("nothing expired the object")
    if state.perhaps_new:
        raise NotRepairable("there may be no row to refresh")
    site = state.expired.site
    session = receiver_text(source, site)
    names = candidates(problem, state, site)
    for name in names:
        yield from attempts(partial(_draft, source, site, session, name, attributes))
    for name in names[:LISTS]:
        yield from attempts(partial(_draft_each, source, site, session, name))


def refresh_at_end(problem: Problem, source: Source) -> Iterator[Draft]:
    """Call `session.refresh(obj, [...])` for what is read, as the last thing before the session ends."""
    state, attribute = problem.data["state"], str(problem.data["name"])
    if not isinstance(state, ObjectState) or state.detached is None:
        raise NotRepairable("no session ends here")
    if state.perhaps_new:
        raise NotRepairable("there may be no row to refresh")
    region = of_with(state.detached.site)
    if region is None or terminates(region.body[-1]):
        raise NotRepairable("no block whose end is the end of the session")
    asynchronous = isinstance(tree.statement(region.site).node, ast.AsyncWith)
    last = at(region.site, region.body[-1])
    for name in known(problem, state, last):
        call = f'{region.session}.refresh({name}, ["{attribute}"])'
        changes = Changes(source)
        statements.insert_after(changes, last, f"await {call}" if asynchronous else call)
        yield changes.draft(f"Load `{attribute}` with {call}")


def _draft(source: Source, site: Site, session: str, name: str, attributes: tuple[str, ...]) -> Draft:
    changes = Changes(source)
    names = f", [{', '.join(repr(each).replace(chr(39), chr(34)) for each in attributes)}]" if attributes else ""
    call = awaited(site, f"{session}.refresh({name}{names})")
    after = tree.statement(site)
    if not isinstance(after.node, ast.Expr):
        raise NotRepairable("the call is part of a larger statement")
    statements.insert_after(changes, after, call)
    return changes.draft(f"Refresh `{name}` with {call}")


def _draft_each(source: Source, site: Site, session: str, name: str) -> Draft:
    """Refresh every item of a list."""
    changes = Changes(source)
    after = tree.statement(site)
    item = "each" if "each" not in local_names(site) else "refreshed"
    text, start = changes.text(site.path), source.offsets(after)[0]
    if not isinstance(after.node, ast.Expr) or not scan.begins_line(text, start):
        raise NotRepairable("no room for a loop")
    indent = scan.indentation(text, start)
    inner = changes.newline(site.path) + indent + ("\t" if "\t" in indent else "    ")
    call = awaited(site, f"{session}.refresh({item})")
    statements.insert_after(changes, after, f"for {item} in {name}:{inner}{call}")
    return changes.draft(f"Refresh each of `{name}`")


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
    names = dict.fromkeys(known(problem, state, site))
    functions = {node.name for node in ast.walk(scope) if isinstance(node, tree.Definition)}
    names.update(dict.fromkeys(name for name in _returned(scope) if name not in functions))
    names.update(dict.fromkeys(_assigned_before(scope, site)))
    names.pop(tree.name_of(calls.method(site).value), None)  # the session itself
    return list(names)


def known(problem: Problem, state: ObjectState, site: Site) -> list[str]:
    """Variables that hold the object in the function of `site`, since it is read or loaded there."""
    here = tree.function(site)
    scope = here.node if here is not None else site.block.tree
    names: dict[str, None] = {}
    for reading in (problem.inner, problem.site):
        if reading is not None and _inside(reading, scope):
            names.update(dict.fromkeys(_base(reading.node)))
    if state.story and _inside(state.story[0].site, scope):
        names.update(dict.fromkeys(sorted(assigned_names(state.story[0].site))))
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
    """Variables that are returned or yielded, as they are or inside of something; what is called comes last."""
    given = [node.value for node in ast.walk(scope) if isinstance(node, ast.Return | ast.Yield)]
    plain = [node.id for node in given if isinstance(node, ast.Name)]
    inside = [each for node in given if node is not None for each in ast.walk(node)]
    called = {id(each.func) for each in inside if isinstance(each, ast.Call)}
    names = [each for each in inside if isinstance(each, ast.Name)]
    return plain + [each.id for each in sorted(names, key=lambda each: id(each) in called)]


def _assigned_before(scope: ast.AST, site: Site) -> list[str]:
    """Variables assigned above the site in its function, the nearest first, then its parameters."""
    line = getattr(site.node, "lineno", 0)
    found = [
        (node.lineno, node.id)
        for node in ast.walk(scope)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.lineno < line
    ]
    names = [name for _, name in sorted(found, reverse=True) if name != "_"]
    spec = getattr(scope, "args", None)
    if isinstance(spec, ast.arguments):
        names += [each.arg for each in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs) if each.arg != "self"]
    return names
