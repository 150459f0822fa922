"""Which variables count the rounds of a `while` loop: `attempts = 3; while attempts: attempts -= 1`.

Sums of numbers are not followed elsewhere. These are, so that a loop with a constant count runs as often as it does, as
far as rounds are followed at all.
"""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING

from sessile.flow.scopes import own_nodes
from sessile.flow.values import SCALAR, UNKNOWN, Const, Value

if TYPE_CHECKING:
    from sessile.flow.scopes import Scope
    from sessile.flow.world import World

_COMPARISONS = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def counted(world: World, node: ast.AugAssign, held: Value, found: Value) -> Value:
    """What a counter is after `+= 1` or `-= 1`; UNKNOWN of anything else."""
    if not isinstance(held, Const) or not isinstance(found, Const) or id(node) not in _steps(world.frame.scope):
        return UNKNOWN
    if not isinstance(held.value, int) or not isinstance(found.value, int):
        return UNKNOWN
    sign = 1 if isinstance(node.op, ast.Add) else -1
    return Const(held.value + sign * found.value)


def compared(node: ast.Compare, left: Value, rights: list[Value]) -> Value:
    """What `attempts > 0` gives of a number that is known."""
    numbers = [value.value for value in (left, *rights) if isinstance(value, Const) and isinstance(value.value, int)]
    holds = _COMPARISONS.get(type(node.ops[0]))
    if holds is None or len(rights) != 1 or len(numbers) != 2:
        return SCALAR
    return Const(holds(*numbers))


def forget(world: World, loop: ast.While) -> None:
    """Nobody knows what counters are after rounds that were not followed."""
    for step in _steps_of(loop):
        if isinstance(step.target, ast.Name):
            world.bind(step.target.id, UNKNOWN)


def _steps(scope: Scope) -> frozenset[int]:
    if scope.counters is None:
        loops = [node for node in own_nodes(scope.node) if isinstance(node, ast.While)]
        scope.counters = frozenset(id(step) for loop in loops for step in _steps_of(loop))
    return scope.counters


def _steps_of(loop: ast.While) -> list[ast.AugAssign]:
    names = {node.id for node in ast.walk(loop.test) if isinstance(node, ast.Name)}
    return [
        step
        for step in loop.body
        if isinstance(step, ast.AugAssign)
        and isinstance(step.op, ast.Add | ast.Sub)
        and isinstance(step.target, ast.Name)
        and step.target.id in names
    ]
