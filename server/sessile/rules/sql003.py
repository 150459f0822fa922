"""Something that is no literal of the program is written into SQL text.

`data`: `call` is the Site of the call that takes the text, `method` its name ("text", "execute", ...), `argument` the
expression that is the text, `text` the expression that built it, `holes` a tuple of (Site of the expression, place,
many), where place is "value", "name" or "bind"; values can be bound. `wrapped` is False where the string is executed
without `text()`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sessile.flow.containment import is_parameter, origin_of, text_told_below
from sessile.flow.events import TextBuilt
from sessile.flow.interpolation import Place, asks_the_catalog, places
from sessile.flow.story import Step
from sessile.rules.finding import Applicability, Severity
from sessile.rules.ownership import describes_tables, migrates
from sessile.rules.requests import of_request
from sessile.rules.rule import Rule
from sessile.rules.telling import problem, source_of

if TYPE_CHECKING:
    import ast

    from sessile.flow.values import Hole
    from sessile.rules.rule import Problem

RULE = Rule("SQL003", "interpolated-sql", Severity.ERROR, Applicability.UNSAFE)


@RULE.on(TextBuilt)
def check(event: TextBuilt) -> Problem | None:
    """A value is an error; a name that cannot be bound, or one that the catalog is asked for, a warning at most."""
    found = places(event.value)
    values = [hole for hole, place in found if place is Place.VALUE]
    names = [hole for hole, place in found if place is Place.NAME]
    if not values and not names:
        return None
    origins = [] if values else [origin_of(event.world, hole.node) for hole in names]
    chosen = bool(origins) and all(number == 0 for number, _ in origins)
    if not chosen and event.wrapped and text_told_below(event.world, event.value):
        return None
    hole = (values or names)[0]
    data = {
        "call": event.site,
        "method": event.method,
        "argument": event.argument,
        "text": event.value.node,
        "holes": tuple((each.site, place.value, each.many) for each, place in found),
        "wrapped": event.wrapped,
    }
    value = _number(hole.node) if all(each.number for each in values) else _value(hole.node)
    message = value if values else _name(origins[0][1] if chosen else hole.node)
    story = () if hole.site.node is event.site.node else (Step(hole.site, "this becomes part of the SQL"),)
    shown = problem(RULE, event, message, story, _severity(event, values, names), data)
    if not chosen:
        return shown
    # A name is chosen by whoever passes it on, so each of them is told for itself, unless all its callers are known.
    unseen = all(is_parameter(event.world.frames[0], node) for _, node in origins)
    return replace(shown, inner=None, depth=0, unseen=unseen)


def _severity(event: TextBuilt, values: list[Hole], names: list[Hole]) -> Severity:
    """What a migration or a table's description writes is its author's, who annotates a number means one, and a name is
    the program's own unless it is seen to come with a request."""
    if migrates(event.world.frame.scope) or describes_tables(event.site):
        return Severity.INFORMATION
    if values and not asks_the_catalog(event.value) and not all(hole.number for hole in values):
        return Severity.ERROR
    return Severity.WARNING if any(of_request(event.world, hole.node) for hole in names) else Severity.INFORMATION


def _value(node: ast.expr) -> str:
    return (
        f"the value of `{source_of(node)}` is written into the SQL and read as SQL, so whoever chooses it writes "
        f"the statement (SQL injection); use a parameter such as `:value` and bind it"
    )


def _number(node: ast.expr) -> str:
    return (
        f"the value of `{source_of(node)}` is written into the SQL, and only its annotation says that it is no SQL "
        f"itself: whoever passes something else writes the statement (SQL injection); use a parameter such as `:value` "
        f"and bind it"
    )


def _name(node: ast.expr) -> str:
    return (
        f"`{source_of(node)}` is written into the SQL where nothing can be bound, so whoever chooses it writes "
        f"the statement; check it against the names that are allowed, or build the statement with select()"
    )
