"""The one door to the evaluation of expressions: each kind of expression registers its evaluator here.

This module knows none of them, so every part of the machine may import it; `analysis` loads those that register.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeVar

from sessile.flow.values import UNKNOWN, Value

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sessile.flow.machine import Machine
    from sessile.flow.world import World

EVALUATORS: dict[type[ast.expr], Callable[[Machine, Any, World], Value]] = {}
E = TypeVar("E", bound=ast.expr)


def evaluate(m: Machine, node: ast.expr, world: World) -> Value:
    """The value of an expression, with every effect that evaluating it has."""
    evaluator = EVALUATORS.get(type(node))
    if evaluator is not None:
        value = evaluator(m, node, world)
        if node is m.watched:
            m.look(node, value, world)
        return value
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            evaluate(m, child, world)
    return UNKNOWN


def evaluates(
    *kinds: type[E],
) -> Callable[[Callable[[Machine, E, World], Value]], Callable[[Machine, E, World], Value]]:
    """Register the evaluator of some kinds of expression."""

    def register(function: Callable[[Machine, E, World], Value]) -> Callable[[Machine, E, World], Value]:
        for kind in kinds:
            EVALUATORS[kind] = function
        return function

    return register
