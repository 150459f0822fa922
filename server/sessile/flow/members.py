"""Mapped attributes that a program goes through by name: `for c in User.__table__.columns: getattr(user, c.name)`.

A loop over all of them reads all of them, the deferred ones too. Where a condition leaves some out nobody can tell
which, so only what all of them have in common is known.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow import membership
from sessile.flow.objects import status_of
from sessile.flow.reading import read
from sessile.flow.records import replace
from sessile.flow.values import SCALAR, UNKNOWN, BoundMethod, ClassRef, Entity, Members, Tuple, Value
from sessile.flow.world import Status
from sessile.orm.mapped import Column, Relationship

if TYPE_CHECKING:
    from sessile.flow.machine import Machine
    from sessile.flow.world import World
    from sessile.orm.mapped import ClassFacts

TABLE, MAPPER = "__table__", "__mapper__"
#: What lists columns, by what it is asked of.
COLUMNS = {TABLE: frozenset({"columns", "c"}), MAPPER: frozenset({"columns", "c", "column_attrs"})}
NAMES = frozenset({"key", "name"})
#: What may leave an element of a loop out.
LEAVES_OUT = (ast.If, ast.IfExp, ast.Continue, ast.Break, ast.Try, ast.Return, ast.BoolOp)


def mapper_of(world: World, value: Value | None) -> Value | None:
    """What `inspect(User)` gives; of an instance only its mapper is followed."""
    if isinstance(value, ClassRef):
        return BoundMethod(value, MAPPER)
    return BoundMethod(value, "__state__") if isinstance(value, Entity) else None


def listed(world: World, value: Members | BoundMethod, name: str) -> Value | None:
    """`User.__table__.columns`, `inspect(User).column_attrs` and what these have; None for anything else."""
    if isinstance(value, Members):
        return _attribute(value, name)
    if value.name == "__state__":
        return (
            BoundMethod(value.receiver, MAPPER) if name == "mapper" else membership.is_in(world, value.receiver, name)
        )
    facts = _facts(world, value.receiver)
    if facts is None or not facts.complete or value.name not in (TABLE, MAPPER):
        return None
    columns = tuple(
        key
        for key, item in facts.attributes.items()
        if isinstance(item, Column) and not (item.expression and (value.name == TABLE or name != "column_attrs"))
    )
    related = tuple(item.name for item in facts.relationships)
    if name in COLUMNS[value.name]:
        return Members(columns)
    if value.name == MAPPER and name in ("relationships", "attrs"):
        return Members(related if name == "relationships" else (*columns, *related))
    return None


def _facts(world: World, value: Value) -> ClassFacts | None:
    if isinstance(value, Entity):
        return world.object(value.handle).facts
    return value.facts if isinstance(value, ClassRef) else None


def _attribute(value: Members, name: str) -> Value:
    """`column.name`, `columns.keys`."""
    if value.part == "each":
        return replace(value, part="name") if name in NAMES else UNKNOWN
    return BoundMethod(value, name) if value.part == "all" else UNKNOWN


def call(value: Members, name: str) -> Value:
    """`columns.keys()`, `.values()` and `.items()`; they are gone through like the columns themselves."""
    match name:
        case "keys":
            return replace(value, part="name")
        case "values":
            return value
        case "items":
            return replace(value, part="pair")
    return UNKNOWN


def element(value: Members, node: ast.AST) -> Value:
    """One of them, as the loop or comprehension `node` takes it."""
    whole = not any(isinstance(each, LEAVES_OUT) or getattr(each, "ifs", None) for each in ast.walk(node))
    name, each = replace(value, part="name", whole=whole), replace(value, part="each", whole=whole)
    return Tuple((name, each)) if value.part == "pair" else name if value.part == "name" else each


def fetched(m: Machine, world: World, entity: Entity, name: Members, node: ast.AST) -> Value:
    """`getattr(user, name)` with the name of one of them."""
    state = world.object(entity.handle)
    members = state.facts.attributes if state.facts is not None else {}
    present = [each for each in name.names if isinstance(members.get(each), Column | Relationship)]
    missing = [each for each in present if status_of(state, each, members[each]) is not Status.LOADED]
    if name.whole:
        for each in present:
            read(m, world, entity, each, node)
    elif missing and len(missing) == len(present):
        read(m, world, entity, missing[0], node)
    return SCALAR if all(isinstance(members[each], Column) for each in present) else UNKNOWN
