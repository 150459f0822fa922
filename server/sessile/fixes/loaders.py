"""Adds loader options to the statement that loaded an object, wherever that statement was built.

An option that leads to the object already is extended (`selectinload(User.posts)` becomes
`selectinload(User.posts).selectinload(Post.tags)`); one that forbids or defers the load is replaced.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessile.fixes import calls, chains, options
from sessile.fixes.changes import Changes
from sessile.fixes.classes import class_name
from sessile.flow.loading import EAGER
from sessile.flow.values import ClassRef
from sessile.flow.world import ObjectState
from sessile.orm.mapped import Relationship
from sessile.rules.offers import load_title, loader_for
from sessile.rules.repair import NotRepairable, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.story import Site
    from sessile.orm.mapped import ClassFacts
    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem


@dataclass(frozen=True)
class Link:
    """One relationship on the way from the object that a statement loaded."""

    owner: ClassFacts
    relationship: Relationship


def _subject(problem: Problem) -> tuple[ObjectState, str]:
    state, name = problem.data["state"], problem.data["name"]
    if not isinstance(state, ObjectState) or not isinstance(name, str):
        raise NotRepairable("the object is not known")
    return state, name


def load_relationship(problem: Problem, source: Source, *, joins: bool = True) -> Iterator[Draft]:
    """Load the relationship together with the object."""
    state, name = _subject(problem)
    changes = Changes(source)
    add_loader(changes, state, name, joins=joins)
    yield changes.draft(load_title(state, name, joins=joins))


def add_loader(changes: Changes, state: ObjectState, name: str, *, joins: bool = True) -> None:
    """Add the option that loads `name` of an object to the statement that the object came from."""
    root, links = way_to(state, name)
    statement = root.statement
    if statement is None or statement.site is None or statement.kind != "select" or root.facts is None:
        raise NotRepairable("no query that could be changed loaded the object")
    place = chains.options_of(changes, statement.site, is_get=statement.chain == ("get",))
    joins = joins and "with_for_update" not in place.methods
    entity = _entity(changes, statement.site, root, place.arguments)
    present = [(each, options.read_chain(each)) for each in place.options]
    best = max(present, key=lambda pair: _covered(pair[1], links), default=None)
    covered = _covered(best[1], links) if best is not None else 0
    if best is None or covered == 0:
        place.add(changes, _spelled(changes, statement.site, entity, links, joins=joins))
    elif covered == len(links):
        _replace_strategy(changes, at(statement.site, best[1][-1].call), links[-1], joins=joins)
    else:
        rest = "".join(_method(changes, statement.site, link, joins=joins) for link in links[covered:])
        changes.insert(statement.site.path, changes.source.offsets(at(statement.site, best[0]))[1], rest)


def way_to(state: ObjectState, name: str) -> tuple[ObjectState, list[Link]]:
    """The object that a statement loaded, and the relationships from there to the one that is missing."""
    links = [_link(state, name)]
    while state.statement is None and state.through is not None:
        state, name = state.through
        links.insert(0, _link(state, name))
    return state, links


def _link(state: ObjectState, name: str) -> Link:
    attribute = state.facts.attributes.get(name) if state.facts is not None else None
    if state.facts is None or not isinstance(attribute, Relationship):
        raise NotRepairable(f"`{name}` is no relationship that could be loaded")
    return Link(state.facts, attribute)


def _covered(chain: list[options.Part], links: list[Link]) -> int:
    """How many links an option goes along, if it goes nowhere else."""
    names = [part.name for part in chain]
    return len(names) if names == [link.relationship.name for link in links[: len(names)]] else 0


def _entity(changes: Changes, site: Site, root: ObjectState, arguments: list[ast.expr]) -> str:
    """The expression that the statement selects for the class of the object."""
    statement, facts = root.statement, root.facts
    assert statement is not None and facts is not None
    columns = [column for column in statement.columns if isinstance(column, ClassRef) and column.facts is facts]
    if len(columns) == 1 and len(arguments) == len(statement.columns):
        node = arguments[statement.columns.index(columns[0])]
        if isinstance(node, ast.Name | ast.Attribute):
            return changes.source.text(at(site, node))
    if any(column.alias for column in columns):
        raise NotRepairable("an alias without a name of its own")
    return class_name(changes, site, facts)


def _spelled(changes: Changes, site: Site, entity: str, links: list[Link], *, joins: bool) -> str:
    first, *others = links
    strategy = _strategy(first, last=not others, joins=joins)
    function = changes.imported(site, "sqlalchemy.orm", strategy)
    rest = "".join(_method(changes, site, link, last=link is links[-1], joins=joins) for link in others)
    return f"{function}({entity}.{first.relationship.name}){rest}"


def _method(changes: Changes, site: Site, link: Link, *, last: bool = True, joins: bool) -> str:
    owner = class_name(changes, site, link.owner)
    return f".{_strategy(link, last=last, joins=joins)}({owner}.{link.relationship.name})"


def _strategy(link: Link, *, last: bool, joins: bool) -> str:
    """On the way a relationship that the mapping loads eagerly is left as mapped."""
    if not last and link.relationship.lazy in EAGER:
        return "defaultload"
    return loader_for(link.relationship, joins=joins)


def _replace_strategy(changes: Changes, site: Site, link: Link, *, joins: bool) -> None:
    """Turn `lazyload(User.posts)` and the like into an option that loads."""
    strategy = loader_for(link.relationship, joins=joins)
    function = calls.call(site).func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Call):
        calls.rename(changes, site, strategy)
    else:
        changes.replace(at(site, function), changes.imported(site, "sqlalchemy.orm", strategy))
