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
from sessile.orm.mapped import Column, Relationship
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
    """One step on the way from the object that a statement loaded; only the last one may be a column."""

    owner: ClassFacts
    attribute: Relationship | Column

    @property
    def name(self) -> str:
        return self.attribute.name


def load_attribute(problem: Problem, source: Source, *, joins: bool = True) -> Iterator[Draft]:
    """Load what is read together with the object."""
    state, name = problem.data["state"], problem.data["name"]
    if not isinstance(state, ObjectState) or not isinstance(name, str):
        raise NotRepairable("the object is not known")
    changes = Changes(source)
    loader = Loader(changes, joins)
    loader.add(state, name)
    yield changes.draft(load_title(state, name, joins=loader.joins))


def way_to(state: ObjectState, name: str) -> tuple[ObjectState, list[Link]]:
    """The object that a statement loaded, and the steps from there to what is missing."""
    links = [_link(state, name)]
    while state.statement is None and state.through is not None:
        state, name = state.through
        links.insert(0, _link(state, name))
    return state, links


def _link(state: ObjectState, name: str) -> Link:
    attribute = state.facts.attributes.get(name) if state.facts is not None else None
    if state.facts is None or not isinstance(attribute, Relationship | Column):
        raise NotRepairable(f"`{name}` is nothing that could be loaded")
    return Link(state.facts, attribute)


@dataclass
class Loader:
    """Adds options; `joins` allows joins where they are the better way."""

    changes: Changes
    joins: bool = True

    def add(self, state: ObjectState, name: str) -> None:
        """Make the statement that the object came from load `name`."""
        root, links = way_to(state, name)
        statement = root.statement
        if statement is None or statement.site is None or statement.kind != "select" or root.facts is None:
            raise NotRepairable("no query that could be changed loaded the object")
        site = statement.site
        place = chains.options_of(site, is_get=statement.chain == ("get",))
        self.joins = self.joins and not {"with_for_update", "from_statement"} & {*statement.chain, *place.methods}
        entity = self._entity(site, root, place.arguments)
        if isinstance(links[-1].attribute, Column) and self._column_option(site, place, links[-1].name):
            return
        present = [(each, options.read_chain(each)) for each in place.options]
        best = max(present, key=lambda pair: _covered(pair[1], links), default=None)
        covered = _covered(best[1], links) if best is not None else 0
        if best is None or covered == 0:
            place.add(self.changes, self._spelled(site, entity, links))
        elif covered == len(links):
            self._replace(at(site, best[1][-1].call), links[-1])
        else:
            rest = "".join(self._method(site, link, last=link is links[-1]) for link in links[covered:])
            self.changes.insert(site.path, self.changes.source.offsets(at(site, best[0]))[1], rest)

    def _entity(self, site: Site, root: ObjectState, arguments: list[ast.expr]) -> str:
        """The expression that the statement selects for the class of the object."""
        statement, facts = root.statement, root.facts
        assert statement is not None
        assert facts is not None
        columns = [each for each in statement.columns if isinstance(each, ClassRef) and each.facts is facts]
        if not columns:
            raise NotRepairable("the statement selects another class")
        if len(columns) == 1 and len(arguments) == len(statement.columns):
            node = arguments[statement.columns.index(columns[0])]
            if isinstance(node, ast.Name | ast.Attribute):
                return self.changes.source.text(at(site, node))
        if any(column.alias for column in columns):
            raise NotRepairable("an alias without a name of its own")
        return class_name(self.changes, site, facts)

    def _spelled(self, site: Site, entity: str, links: list[Link]) -> str:
        first, *others = links
        function = self.changes.imported(site, "sqlalchemy.orm", self._strategy(first, last=not others))
        rest = "".join(self._method(site, link, last=link is links[-1]) for link in others)
        return f"{function}({entity}.{first.name}){rest}"

    def _method(self, site: Site, link: Link, *, last: bool) -> str:
        owner = class_name(self.changes, site, link.owner)
        return f".{self._strategy(link, last=last)}({owner}.{link.name})"

    def _strategy(self, link: Link, *, last: bool) -> str:
        """What loads a step; on the way a relationship that the mapping loads eagerly is left as mapped."""
        if isinstance(link.attribute, Column):
            return "undefer"
        if not last and link.attribute.lazy in EAGER:
            return "defaultload"
        return loader_for(link.attribute, joins=self.joins)

    def _replace(self, site: Site, link: Link) -> None:
        """Turn `lazyload(User.posts)` and the like into an option that loads."""
        strategy = self._strategy(link, last=True)
        function = calls.call(site).func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Call):
            calls.rename(self.changes, site, strategy)
        else:
            self.changes.replace(at(site, function), self.changes.imported(site, "sqlalchemy.orm", strategy))
        calls.keep_positional(self.changes, site)  # only raiseload() takes sql_only

    def _column_option(self, site: Site, place: chains.Options, name: str) -> bool:
        """Add the column to a `load_only(...)`, or turn its `defer(...)` around; False if there is neither."""
        for each in place.options:
            named = options.columns_of(each)
            if named is None or not isinstance(each, ast.Call) or not each.args:
                continue
            strategy, names = named
            owner = each.args[0].value if isinstance(each.args[0], ast.Attribute) else None
            if owner is not None and strategy == "load_only" and name not in names:
                owner_text = self.changes.source.text(at(site, owner))
                calls.add_positional(self.changes, at(site, each), f"{owner_text}.{name}")
                return True
            if strategy == "defer" and names == [name]:
                undefer = self.changes.imported(site, "sqlalchemy.orm", "undefer")
                self.changes.replace(at(site, each), f"{undefer}({self.changes.source.text(at(site, each.args[0]))})")
                return True
        return False


def _covered(chain: list[options.Part], links: list[Link]) -> int:
    """How many steps an option goes along, if it goes nowhere else."""
    names = [part.name for part in chain]
    return len(names) if names == [link.name for link in links[: len(names)]] else 0
