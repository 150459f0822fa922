"""Return annotations that are not true: a Row, or a list of them, where the entity is promised.

Whoever believes the annotation fails far from the mistake, so the `return` is where it is told, and callers are given
nothing to go wrong with a second time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow import rows, single
from sessile.flow.annotations import COLLECTIONS, TRANSPARENT, type_value
from sessile.flow.events import Misuse
from sessile.flow.frames import Frame
from sessile.flow.values import NONE, UNKNOWN, ClassRef, CollectionRef, External, Generic, Row, Value
from sessile.flow.world import World
from sessile.orm.mapped import Role

if TYPE_CHECKING:
    import ast

    from sessile.flow.machine import Machine
    from sessile.flow.story import Site

VALUES = frozenset({"builtins.int", "builtins.float", "builtins.str", "builtins.bool"})


def broken(m: Machine, world: World, value: Value) -> tuple[Row, str] | None:
    """The Row in a returned value, and the class that the function's annotation promises in its place."""
    row = _row_in(world, value)
    returns: ast.expr | None = getattr(world.frame.scope.node, "returns", None)
    if row is None or row.mapping or returns is None or UNKNOWN in row.items:
        return None
    here = World([Frame(world.frame.scope, {})], world.heap, {}, None, world.shared)
    kinds = [each for each in _alternatives(type_value(m, returns, here)) if each != NONE]
    promised = {_promised(each, row, isinstance(value, CollectionRef)) for each in kinds}
    return (row, min(promised)) if promised and "" not in promised else None


def tell(m: Machine, world: World, value: Value, site: Site) -> None:
    """Tell that the function at hand returns a Row although it promises something else."""
    found = broken(m, world, value) if len(world.frames) == 1 else None
    if found is None:
        return
    row, promised = found
    if rows.is_single(row):
        single.operated(m, world, row, Misuse.RETURNED, site.node, raises=False)
    else:
        rows.misused(m, world, row, promised, Misuse.RETURNED, site.node)


def _row_in(world: World, value: Value) -> Row | None:
    if isinstance(value, CollectionRef):
        each = world.collection(value.handle).each
        return each if isinstance(each, Row) else None
    return value if isinstance(value, Row) else None


def _alternatives(kind: Value) -> list[Value]:
    if isinstance(kind, Generic) and kind.origin in TRANSPARENT:
        return [found for each in kind.arguments for found in _alternatives(each)]
    return [kind]


def _promised(kind: Value, row: Row, many: bool) -> str:
    """The name of a type that no Row is; empty where a Row may be meant."""
    if many:
        if isinstance(kind, Generic) and kind.origin in COLLECTIONS and kind.arguments:
            inner = {_promised(each, row, False) for each in _alternatives(kind.arguments[0])}
            return "" if "" in inner else min(inner)
        return ""
    if isinstance(kind, ClassRef) and kind.facts.role is Role.MAPPED and not rows.is_single(row):
        return kind.facts.name
    if isinstance(kind, External) and kind.name in VALUES and rows.is_single(row):
        return kind.name.rpartition(".")[2]
    return ""
