"""Whose affair a problem is: what a called function does all by itself is told where that function is analysed."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from sessile.flow.definitions import home
from sessile.flow.values import Instance

if TYPE_CHECKING:
    from sessile.flow.events import Event
    from sessile.flow.scopes import ModuleScope, Scope
    from sessile.flow.story import Site
    from sessile.flow.world import World


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: What stands in them describes tables: its text becomes part of CREATE TABLE and the like.
SCHEMA = frozenset({"CheckConstraint", "Column", "Computed", "ExcludeConstraint", "Index", "mapped_column"})
_TESTS = re.compile(r"(?:^|[/\\])(?:(?:test_[^/\\]*|[^/\\]*_test|conftest)|tests?[/\\][^/\\]*)\.py\Z")


def calls_of(world: World) -> tuple[Site, ...]:
    """The calls between the function that is analysed and the present one, outermost first."""
    return tuple(frame.call for frame in world.frames[1:] if frame.call is not None)


def in_one_call(first: tuple[Site, ...], second: tuple[Site, ...]) -> bool:
    """Whether two things happened in the same call of the function that is analysed."""
    return bool(first and second) and first[0].key == second[0].key


def dispatched(world: World, *sites: Site) -> bool:
    """Whether the function that was called does not tell by itself: it stands inside another, so is only analysed where
    it is called, or has come to one of these through `self`, in a class that derives from its own."""
    frame = world.frames[1] if len(world.frames) > 1 else None
    if frame is not None and frame.scope.parent is not None and isinstance(frame.scope.parent.node, FUNCTIONS):
        return True
    receiver = next(iter(frame.variables.values()), None) if frame is not None else None
    if frame is None or not isinstance(receiver, Instance) or frame.scope.owner is None:
        return False
    lineage = world.instance(receiver.handle).facts.mro
    derived = lineage[: lineage.index(frame.scope.owner)] if frame.scope.owner in lineage else ()
    bodies = [scope.node for each in derived if (scope := home(each)) is not None]
    return any(node is site.node for body in bodies for node in ast.walk(body) for site in sites)


def tests(site: Site | ModuleScope) -> bool:
    """Whether a place is in a file of tests, by pytest's names for these, or beside them in `tests/`."""
    return _TESTS.search(site.path) is not None


def migrates(scope: Scope) -> bool:
    """Whether a function belongs to a module that works on migrations: it imports from Alembic."""
    statements = (each for placed in scope.module.module.blocks for each in placed.block.tree.body)
    return any(
        isinstance(each, ast.ImportFrom) and each.module is not None and each.module.split(".")[0] == "alembic"
        for each in statements
    )


def describes_tables(site: Site) -> bool:
    """Whether an expression is an argument of what a table is made of, such as `Index(..., postgresql_where=...)`."""
    calls = (node for node in ast.walk(site.block.tree) if isinstance(node, ast.Call) and _name(node.func) in SCHEMA)
    return any(inner is site.node for call in calls for inner in ast.walk(call))


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def takes_part(event: Event, *sites: Site) -> bool:
    """Whether the event, or one of the sites that led to it, lies in the function that is analysed."""
    if not calls_of(event.world):
        return True
    nodes = {id(site.node) for site in sites}
    return any(id(node) in nodes for node in ast.walk(event.world.frames[0].scope.node))
