"""A lazy load for each item of a list: one query, and one more per row."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from sessile.flow.events import ItemRelationshipLoaded
from sessile.flow.once import once
from sessile.flow.story import Step
from sessile.orm.mapped import Relationship
from sessile.rules.advice import loader_option
from sessile.rules.finding import Applicability, Severity
from sessile.rules.loop_cost import commits, matters_little, origin
from sessile.rules.ownership import takes_part
from sessile.rules.rule import Rule
from sessile.rules.telling import class_name, problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("LOAD001", "lazy-load-in-loop", Severity.WARNING, Applicability.UNSAFE)


class Load(NamedTuple):
    """One attribute that is loaded for each item, how often that happens, and the loader option that spares it."""

    name: str
    related: bool
    often: str
    option: str
    #: Only the number of what is loaded is asked for.
    counted: bool

    @property
    def kind(self) -> str:
        """What it is called."""
        return "relationship" if self.related else "deferred column"


@RULE.on(ItemRelationshipLoaded)
def check(event: ItemRelationshipLoaded) -> Problem | None:
    """A relationship, or a deferred column, that was not loaded together with the items."""
    state = event.state
    if not takes_part(event, event.loop, origin(state)):
        return None
    owner = class_name(state)
    related = isinstance(event.attribute, Relationship)
    option = loader_option(state, event.attribute)
    counted = related and id(event.site.node) in _counted(event.site.block.tree)
    loads = (Load(event.name, related, _how_often(event, owner), option, counted),)
    severity = Severity.INFORMATION if matters_little(event) else Severity.WARNING
    story = (*state.story[:1], Step(event.loop, "this loop goes over the items"))
    around = (event.loop.key, event.world.frames[0].scope, state.facts)
    once = (*around, event.name)
    data = {"state": state, "name": event.name, "loop": event.loop, "around": around, "once": once, "loads": loads}
    again = "; the commit of a turn expires that again, so commit once, after the loop" if commits(event) else ""
    message = _message(owner, loads) + again
    return problem(RULE, event, message, story, severity, {**data, "owner": owner, "again": again})


@RULE.merges
def merged(first: Problem, second: Problem) -> Problem:
    """What one call loads of each item is told in one finding."""
    told, names = _loads(first), {load.name for load in _loads(first)}
    loads = (*told, *(each for each in _loads(second) if each.name not in names))
    if first.data["around"] != second.data["around"] or len(loads) == len(told):
        return first
    message = f"{_message(str(first.data['owner']), loads)}{first.data['again']}"
    return replace(first, message=message, data={**first.data, "loads": loads})


def _loads(problem: Problem) -> tuple[Load, ...]:
    loads = problem.data["loads"]
    assert isinstance(loads, tuple)
    return loads


def _message(owner: str, loads: tuple[Load, ...]) -> str:
    options = ", ".join(load.option for load in loads)
    if all(load.counted for load in loads):
        options += ", or have the query count what is only counted here"
    if len(loads) == 1:
        return (
            f"{loads[0].kind} `{loads[0].name}` of each {owner} is loaded on its own, so this loop sends one query "
            f"{loads[0].often} (N+1); load it together with the items by {options}"
        )
    names = " and ".join(f"`{load.name}`" for load in loads)
    queries = Counter(load.often for load in loads).items()
    sent = " and ".join(f"{'one query' if number == 1 else f'{number} queries'} {often}" for often, number in queries)
    return (
        f"{names} of each {owner} are loaded on their own, so this loop sends {sent} (N+1); load them together with "
        f"the items by {options}"
    )


@once
def _counted(tree: ast.AST) -> frozenset[int]:
    """The nodes in a tree that are handed to `len()`."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "len")
    return frozenset(id(node.args[0]) for node in calls if node.args)


def _how_often(event: ItemRelationshipLoaded, owner: str) -> str:
    """How many queries the loop sends: the other end of a many-to-one is found in the session once it is loaded, and so
    is what was loaded of it."""
    if not (event.one or event.apart):
        return "per item"
    target = event.attribute.target if isinstance(event.attribute, Relationship) and event.one else owner
    return f"for each different {(target or 'object').rpartition('.')[2]}"
