"""What is still there when a function is over: what it returns, what it was given, and what the modules hold.

An object that the function made for itself and let go takes what it keeps with it: nobody can read that any more.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.reaching import reached
from sessile.flow.scopes import parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.machine import Machine, Outcome
    from sessile.flow.scopes import Scope
    from sessile.flow.world import Storage

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def outliving(m: Machine, scope: Scope, outcome: Outcome) -> tuple[Storage, ...]:
    """Where instances are stored by places that outlive the function."""
    stored = outcome.world.stored
    if not any(storage.calls for storage in stored):
        return stored
    there = m.shared.keys() | reached(outcome.world, _roots(m, scope, outcome))
    return tuple(each for each in stored if not each.calls or each.holder is None or each.holder in there)


def _roots(m: Machine, scope: Scope, outcome: Outcome) -> Iterator[object]:
    world, node = outcome.world, scope.node
    yield outcome.value
    yield from world.globals.values()
    yield from (state for handle, state in world.heap.items() if handle in m.shared)
    for parameter, _, _ in parameters(node) if isinstance(node, FUNCTIONS) else ():
        yield world.frames[0].variables.get(parameter.arg)
