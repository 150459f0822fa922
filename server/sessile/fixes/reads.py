"""Repairs of reads that find nothing in memory: the object is loaded with what is read of it, or refreshed in time."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.fixes import factories, loaders, refreshing, tree
from sessile.fixes.changes import Changes
from sessile.flow.world import ObjectState
from sessile.orm.mapped import Relationship
from sessile.rules.repair import NotRepairable, at, repairable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem


def relationship(problem: Problem, source: Source, *, joins: bool = True) -> Iterator[Draft]:
    """The query loads it; where a commit expired the object, or no query loaded it, a refresh does."""
    yield from repairable(loaders.load_attribute(problem, source, joins=joins))
    yield from repairable(refreshing.refresh(problem, source))
    if source.modern:
        yield from repairable(refreshing.refresh(problem, source, (str(problem.data["name"]),)))
        yield from repairable(refreshing.refresh_at_end(problem, source))


def column(problem: Problem, source: Source) -> Iterator[Draft]:
    """A refresh after what expired the object; a column that the query left out is loaded with it."""
    yield from repairable(refreshing.refresh(problem, source))
    yield from repairable(loaders.load_attribute(problem, source))
    yield from repairable(refreshing.refresh_at_end(problem, source))
    yield from repairable(factories.keep_loaded(problem, source))


def implicit(problem: Problem, source: Source) -> Iterator[Draft]:
    """The same for an object of an AsyncSession, or an awaited load right where it is read."""
    state = problem.data["state"]
    if not _is_relationship(problem):
        yield from column(problem, source)
    else:
        yield from relationship(problem, source, joins=False)
        if isinstance(state, ObjectState) and state.facts is not None and state.facts.awaitable_attrs:
            yield from repairable(_awaitable(problem, source))


def forbidden(problem: Problem, source: Source) -> Iterator[Draft]:
    """What must not be loaded later is loaded with the query."""
    yield from relationship(problem, source, joins=False)


def in_loop(problem: Problem, source: Source) -> Iterator[Draft]:
    """What every item needs is loaded with the items."""
    yield from loaders.load_attribute(problem, source, joins=False)


def _is_relationship(problem: Problem) -> bool:
    state, name = problem.data["state"], str(problem.data["name"])
    facts = state.facts if isinstance(state, ObjectState) else None
    return facts is not None and isinstance(facts.attributes.get(name), Relationship)


def _awaitable(problem: Problem, source: Source) -> Iterator[Draft]:
    """`user.posts` becomes `(await user.awaitable_attrs.posts)`."""
    site = problem.inner or problem.site
    around = tree.function(site)
    node = site.node
    if not isinstance(node, ast.Attribute) or around is None or not isinstance(around.node, ast.AsyncFunctionDef):
        raise NotRepairable("the read is in no async function")
    changes = Changes(source)
    owner = source.text(at(site, node.value))
    changes.replace(site, f"(await {owner}.awaitable_attrs.{node.attr})")
    yield changes.draft(f"Await `{owner}.awaitable_attrs.{node.attr}`")
