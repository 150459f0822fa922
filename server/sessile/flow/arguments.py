"""The arguments of a call, as far as the source spells them out."""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow.evaluation import evaluate
from sessile.flow.values import Arguments, CollectionRef, Tuple, Value
from sessile.flow.world import CollectionState, World, deref

if TYPE_CHECKING:
    from sessile.flow.machine import Machine


def arguments_of(m: Machine, world: World, node: ast.Call) -> Arguments:
    """Evaluate the arguments of a call."""
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    unpacked = False
    many: Value | None = None
    for argument in node.args:
        if not isinstance(argument, ast.Starred):
            positional.append(evaluate(m, argument, world))
            continue
        value = _unpacked(m, world, argument.value)
        if isinstance(value, Tuple):
            positional.extend(value.items)
        elif isinstance(value, CollectionRef) and world.collection(value.handle).each is None:
            positional.extend(world.collection(value.handle).items)
        else:
            unpacked = True
            many = world.collection(value.handle).each if isinstance(value, CollectionRef) else many
    for keyword in node.keywords:
        value = evaluate(m, keyword.value, world)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif (known := spelled_out(world, value)) is not None:
            keywords.update(known)
        else:
            unpacked = True
    return Arguments(tuple(positional), MappingProxyType(keywords), unpacked, many)


def _unpacked(m: Machine, world: World, node: ast.expr) -> Value:
    """What stands behind a `*`."""
    if not isinstance(node, ast.GeneratorExp):
        return evaluate(m, node, world)
    from sessile.flow.comprehensions import comprehension

    return comprehension(m, node, world)


def joined(first: Arguments, later: Arguments) -> Arguments:
    """What `partial(f, *first)` is called with in the end: the later arguments behind and over the first ones."""
    keywords = {**first.keywords, **later.keywords}
    return Arguments((*first.positional, *later.positional), keywords, first.unpacked or later.unpacked)


def spelled_out(world: World, value: Value) -> dict[str, Value] | None:
    """The arguments that `**value` gives, where value is a dict of which every key is in sight."""
    state = deref(world, value)
    if not isinstance(state, CollectionState) or state.kind != "dict" or state.each is not None:
        return None
    names = [key[1:-1] for key in state.known]
    closed = len(state.known) == len(state.items) and all(each.isidentifier() for each in names)
    return dict(zip(names, state.known.values(), strict=True)) if closed else None
