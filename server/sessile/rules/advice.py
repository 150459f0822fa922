"""The loader options that messages advise: whole, from what the query selects to what is missing."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.loading import EAGER, strategy
from sessile.flow.values import ClassRef
from sessile.orm.mapped import Relationship
from sessile.rules.offers import loader_for
from sessile.rules.telling import class_name, source_of

if TYPE_CHECKING:
    from sessile.flow.world import ObjectState
    from sessile.orm.mapped import Column


def loader_option(state: ObjectState, attribute: Column | Relationship, *, joins: bool = False) -> str:
    """The option that has the query load an attribute, with the way there: `selectinload(User.posts).undefer(Post.x)`.

    What the mapping or an option of the query loads on the way stays as it is, by `defaultload()`. Where no query is
    known that the way begins at, the option for the attribute alone.
    """
    wanted = attribute.name
    steps = [(state, wanted)]
    while state.statement is None and state.through is not None:
        state, name = state.through
        steps.insert(0, (state, name))
    *way, (last, wanted) = steps if state.statement is not None else steps[-1:]
    calls = [_call(_on_the_way(each, step), each, step) for each, step in way]
    loader = loader_for(attribute, joins=joins) if isinstance(attribute, Relationship) else "undefer"
    return ".".join([*calls, _call(loader, last, wanted)])


def _call(loader: str, state: ObjectState, name: str) -> str:
    return f"{loader}({_selected(state)}.{name})"


def _selected(state: ObjectState) -> str:
    """What the query calls the class of an object: its name, or that of the alias that it selects."""
    statement = state.statement
    if statement is None or statement.site is None:
        return class_name(state)
    arguments = getattr(statement.site.node, "args", [])
    for argument, column in zip(arguments, statement.columns, strict=False):
        if isinstance(column, ClassRef) and column.alias and column.facts is state.facts:
            return source_of(argument) if isinstance(argument, ast.Name | ast.Attribute) else class_name(state)
    return class_name(state)


def _on_the_way(state: ObjectState, name: str) -> str:
    attribute = state.facts.attributes.get(name) if state.facts is not None else None
    eager = isinstance(attribute, Relationship) and strategy(attribute, state.options) in EAGER
    return "defaultload" if eager else "selectinload"
