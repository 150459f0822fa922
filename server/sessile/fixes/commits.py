"""Commits a session before it ends."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sessile.fixes import calls, tree
from sessile.fixes.changes import Changes
from sessile.fixes.exits import Exit, exits
from sessile.fixes.results import assigned_names
from sessile.flow.scopes import parameters
from sessile.flow.story import Site
from sessile.flow.world import SessionState
from sessile.rules.repair import NotRepairable, attempts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem

#: Calls after which nothing is left to commit.
SETTLING = frozenset({"commit", "rollback"})
#: How many ways out are tried one by one.
SINGLE = 4


@dataclass(frozen=True)
class Region:
    """The statements in which a session is open, and what it is called there."""

    site: Site
    body: list[ast.stmt]
    session: str


def commit(problem: Problem, source: Source) -> Iterator[Draft]:
    """Commit on the way out that forgets to; where that is not one alone, on each of them."""
    state, end = problem.data["session"], problem.data["end"]
    if not isinstance(state, SessionState) or not isinstance(end, Site):
        raise NotRepairable("the session is not known")
    region = region_of(problem, state, end)
    write = state.writes[0].site if state.writes else problem.site
    after = write.node if _holds(region, write) else None
    ways = exits(region.site, region.body, after, lambda node: _settles(node, region.session))
    call = f"{region.session}.commit()"
    call = f"await {call}" if state.asynchronous else call
    groups = [[way] for way in ways[:SINGLE]] + ([ways] if len(ways) > 1 else [])
    for group in groups:
        for entity in dict.fromkeys((added(write), None)):
            yield from attempts(partial(_draft, source, group, call, entity))


def _draft(source: Source, ways: list[Exit], call: str, entity: str | None) -> Draft:
    changes = Changes(source)
    for way in ways:
        node = way.statement.node
        returned = getattr(node, "value", None)
        name = returned.id if isinstance(node, ast.Return) and isinstance(returned, ast.Name) else None
        if entity is not None and name != entity:
            raise NotRepairable("another object is returned")
        refresh = [call.replace(".commit()", f".refresh({entity})")] if entity is not None else []
        way.insert(changes, call, *refresh)
    return changes.draft(f"Add {call.removeprefix('await ')} before the session ends")


def added(write: Site) -> str | None:
    """The variable that a write adds to the session."""
    node = write.node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add" and node.args:
        return node.args[0].id if isinstance(node.args[0], ast.Name) else None
    return None


def region_of(problem: Problem, state: SessionState, end: Site) -> Region:
    """Where the session is open, in the function with the problem."""
    around = tree.function(problem.site)
    scope = around.node if around is not None else problem.site.block.tree
    for site in (end, problem.site):
        if any(node is site.node for node in ast.walk(scope)):
            found = of_with(site) or _of_close(site)
            if found is not None:
                return found
    made = state.site
    if made is not None and any(node is made.node for node in ast.walk(scope)):
        names = sorted(assigned_names(made))
        if names:
            holder = tree.suite(tree.statement(made))
            return Region(made, holder.statements[holder.place :], names[0])
    held = _of_block_around(problem.site)
    if held is not None:
        return held
    raise NotRepairable("the session is made out of sight")


def _of_block_around(site: Site) -> Region | None:
    """The innermost `with` or loop around a write that gives it its session, or the function that is handed it."""
    owner = site.node.func if isinstance(site.node, ast.Call) else None
    name = tree.name_of(owner.value) if isinstance(owner, ast.Attribute) else ""
    for node in tree.ancestors(site):
        if isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                if isinstance(item.optional_vars, ast.Name) and name in ("", item.optional_vars.id):
                    return Region(site, node.body, item.optional_vars.id)
        if isinstance(node, ast.For | ast.AsyncFor) and tree.name_of(node.target) == name != "":
            return Region(site, node.body, name)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
            each.arg == name for each, _, _ in parameters(node)
        ):
            return Region(site, node.body, name)
    return None


def of_with(site: Site) -> Region | None:
    """The block of the `with` that a context expression opens."""
    for node in tree.ancestors(site):
        if isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                if item.context_expr is site.node and isinstance(item.optional_vars, ast.Name):
                    return Region(site, node.body, item.optional_vars.id)
        if isinstance(node, ast.stmt):
            return None
    return None


def _of_close(site: Site) -> Region | None:
    """What stands before a `session.close()`; if that is in a `finally`, what stands in its `try`."""
    node = site.node
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "close":
        return None
    session = tree.name_of(calls.method(site).value)
    holder = tree.suite(tree.statement(site))
    if holder.field == "finalbody" and isinstance(holder.owner, ast.Try):
        return Region(site, holder.owner.orelse or holder.owner.body, session)
    body = holder.statements[: holder.place]
    return Region(site, body, session) if session and body else None


def _holds(region: Region, site: Site) -> bool:
    return any(node is site.node for each in region.body for node in ast.walk(each))


def _settles(node: ast.stmt, session: str) -> bool:
    match node:
        case ast.Expr(value=ast.Await(value=ast.Call() as call)) | ast.Expr(value=ast.Call() as call):
            return (
                isinstance(call.func, ast.Attribute)
                and call.func.attr in SETTLING
                and tree.name_of(call.func.value) == session
            )
    return False
