"""Rows: what they hold, and what fails or goes wrong in silence where one is taken for the entity in it.

A Row is a tuple with named fields. What it has not it never has: an attribute of the entity raises AttributeError, a
comparison with the entity is always false.
Source: https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Row
"""

from __future__ import annotations

import ast
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow.events import EntityIndexed, Misuse, RowMisused, RowOperated
from sessile.flow.handlers import expected
from sessile.flow.machine import Failure, Machine, Raised
from sessile.flow.values import (
    NONE,
    SCALAR,
    UNKNOWN,
    BoundMethod,
    ClassRef,
    CollectionRef,
    Const,
    Entity,
    Row,
    Scalar,
    Tuple,
    Value,
)
from sessile.flow.world import CollectionState, World
from sessile.orm.mapped import Column, Relationship

if TYPE_CHECKING:
    from sessile.flow.story import Site
    from sessile.flow.values import Arguments
    from sessile.orm.mapped import ClassFacts

#: What tuple has, and what Row adds to it on 2.x: these names never raise.
TUPLE_NAMES = frozenset({"count", "index"})
VIEWS = frozenset({"t", "tuple", "_t", "_tuple"})
MAPPING_NAMES = frozenset({"get", "keys", "values", "items"})
MANY = frozenset({"__iter__", "__aiter__", "__next__", "__anext__", "all", "fetchall", "fetchmany", "partitions"})
MISSING = Failure(("AttributeError", "Exception"))
NO_NUMBER = Failure(("TypeError", "Exception"))
UNMAPPED = Failure(("UnmappedInstanceError", "UnmappedError", "InvalidRequestError", "SQLAlchemyError", "Exception"))
EQUALITY = (ast.Eq, ast.NotEq)
ORDERING = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
#: Built-in functions that raise TypeError for anything but a number.
NUMERIC = frozenset({"int", "float", "round", "abs", "range", "divmod", "complex"})


def attribute(m: Machine, world: World, row: Row, name: str, node: ast.Attribute) -> Value:
    """`row.name`: a field, one of the few names of every Row, or an AttributeError."""
    if name in row.names and name not in VIEWS:
        return row.items[row.names.index(name)]
    if row.mapping:
        return _of_mapping(m, world, row, name, node)
    if name in ("_mapping", "_asdict"):
        return replace(row, mapping=True, optional=False) if name == "_mapping" else BoundMethod(row, name)
    if name in ("t", "_t") and m.version >= (2, 0):
        return Tuple(row.items)
    if name in TUPLE_NAMES or (name in VIEWS and m.version >= (2, 0)):
        _shadowed(m, world, row, name, node)
        return BoundMethod(row, name)
    if name.startswith("_") or "" in row.names or (name == "keys" and m.version < (2, 0)):
        return UNKNOWN
    return fails(m, world, row, name, Misuse.READ, node, MISSING)


def _of_mapping(m: Machine, world: World, row: Row, name: str, node: ast.Attribute) -> Value:
    if name in MAPPING_NAMES or name.startswith("_") or "" in row.names:
        return BoundMethod(row, name)
    return fails(m, world, row, name, Misuse.READ, node, MISSING)


def _shadowed(m: Machine, world: World, row: Row, name: str, node: ast.Attribute) -> None:
    """`row.count` where the entity has such a column: no exception, but a method instead of the value."""
    facts = only_entity(world, row)
    if facts is None or not isinstance(facts.attributes.get(name), Column | Relationship):
        return
    nodes = ast.walk(world.frame.scope.node)
    if not any(isinstance(each, ast.Call) and each.func is node for each in nodes):
        misused(m, world, row, name, Misuse.SHADOWED, node)


def fails(m: Machine, world: World, row: Row, name: str, how: Misuse, node: ast.AST, failure: Failure) -> Value:
    """A misuse that raises: told unless a handler around names the exception, and then the end of the path."""
    raised = replace(failure, site=m.site(world, node))
    if not expected(m, raised, world):
        misused(m, world, row, name, how, node)
    raise Raised(raised)


def misused(m: Machine, world: World, row: Row, name: str, how: Misuse, node: ast.AST) -> None:
    """Tell the rules."""
    owner = node.value if isinstance(node, ast.Attribute) else node
    fetched = owner.value if isinstance(owner, ast.Await) else owner
    chained = isinstance(node, ast.Attribute) and row.site is not None and fetched is row.site.node
    result = world.result(row.result)
    m.emit(RowMisused(m.site(world, node), world, row, name, result, how, row.method in MANY, chained))


def only_entity(world: World, row: Row) -> ClassFacts | None:
    """The class of the entity, if that is all the Row holds."""
    if len(row.items) != 1 or row.mapping or not isinstance(row.items[0], Entity):
        return None
    return world.object(row.items[0].handle).facts


def is_aggregate(row: Row) -> bool:
    """Whether the Row holds the value of one aggregate function and nothing else."""
    return len(row.items) == 1 and isinstance(row.items[0], Scalar) and row.items[0].aggregate


def item(row: Row, index: Value) -> Value:
    """`row[index]`; the keys of a mapping are the names."""
    key = index.value if isinstance(index, Const) else None
    if row.mapping:
        return row.items[row.names.index(key)] if isinstance(key, str) and key in row.names else UNKNOWN
    return positioned(row.items, key)


def positioned(items: tuple[Value, ...], key: object) -> Value:
    """The item at a constant position; a column that is not known may stand for several."""
    if not isinstance(key, int) or not -len(items) <= key < len(items):
        return UNKNOWN
    passed = items[:key] if key >= 0 else items[key + 1 :] if key < -1 else ()
    return UNKNOWN if UNKNOWN in passed else items[key]


def call(m: Machine, world: World, row: Row, name: str, arguments: Arguments) -> Value:
    """Call a method of a Row or of its mapping."""
    if row.mapping and name == "get":
        return item(row, arguments.get(0, "key") or UNKNOWN)
    if name in VIEWS:
        return Tuple(row.items)
    if name == "_asdict" or (row.mapping and name in ("items", "values")):
        known = {repr(key): value for key, value in zip(row.names, row.items, strict=True) if key}
        return CollectionRef(m.new(world, CollectionState("dict", row.items, known=MappingProxyType(known))))
    return SCALAR if name in TUPLE_NAMES else UNKNOWN


def written(m: Machine, world: World, row: Row, name: str, node: ast.AST) -> None:
    """`row.name = value`: the fields of a Row cannot be set, and it takes no others."""
    if not name.startswith("_"):
        fails(m, world, row, name, Misuse.WRITTEN, node, MISSING)


def reached(m: Machine, world: World, row: Row, name: str, default: Value | None, node: ast.AST) -> Value:
    """`getattr(row, name[, default])`."""
    if name in row.names:
        return row.items[row.names.index(name)]
    if name.startswith("_") or row.mapping or "" in row.names or name in TUPLE_NAMES | VIEWS:
        return UNKNOWN
    if default is None:
        return fails(m, world, row, name, Misuse.READ, node, MISSING)
    if _is_meant(world, row, name):
        misused(m, world, row, name, Misuse.DEFAULTED, node)
    return default


def _is_meant(world: World, row: Row, name: str) -> bool:
    """Whether an entity in the Row has the attribute, so that the Row is surely taken for it."""
    entities = [world.object(each.handle).facts for each in row.items if isinstance(each, Entity)]
    return any(facts is not None and name in facts.attributes for facts in entities)


def given(m: Machine, world: World, method: str, value: Value | None, node: ast.AST) -> None:
    """A session's method that takes instances is given a Row, or a list of them."""
    for row in rows_in(world, value):
        if any(isinstance(each, Entity) for each in row.items):
            fails(m, world, row, method, Misuse.GIVEN, node, UNMAPPED)


def related(m: Machine, world: World, name: str, value: Value, node: ast.AST) -> None:
    """A Row, or a list of them, becomes the value of a relationship."""
    for row in rows_in(world, value):
        if any(isinstance(each, Entity) for each in row.items):
            fails(m, world, row, name, Misuse.RELATED, node, MISSING)


def rows_in(world: World, value: Value | None) -> list[Row]:
    """The Row that a value is, or those in a list or tuple."""
    match value:
        case Row():
            return [value]
        case Tuple(items=items):
            return [each for each in items if isinstance(each, Row)]
        case CollectionRef(handle=handle):
            state = world.collection(handle)
            found = [*state.items, *([state.each] if state.each is not None else [])]
            return [each for each in found if isinstance(each, Row)]
    return []


def is_instance(m: Machine, world: World, row: Row, kind: Value, node: ast.AST) -> Value:
    """`isinstance(row, kind)`: false for every class of the workspace."""
    kinds = kind.items if isinstance(kind, Tuple) else (kind,)
    classes = [each.facts for each in kinds if isinstance(each, ClassRef)]
    facts = only_entity(world, row)
    if len(classes) < len(kinds) or not classes:
        return UNKNOWN
    if facts is not None and len(world.frames) == 1 and any(facts.inherits(each) for each in classes):
        misused(m, world, row, classes[0].name, Misuse.TYPED, node)
    return Const(False)


def compared(m: Machine, world: World, node: ast.Compare, values: list[Value]) -> None:
    """Comparisons of a Row with what it holds: unequal in silence, or a TypeError where order is asked for."""
    for operator, left, right in zip(node.ops, values, values[1:], strict=False):
        for row, other in ((left, right), (right, left)):
            if isinstance(row, Row) and isinstance(operator, EQUALITY + ORDERING):
                _compared(m, world, row, other, isinstance(operator, ORDERING), node)


def _compared(m: Machine, world: World, row: Row, other: Value, ordered: bool, node: ast.Compare) -> None:
    if isinstance(other, Row | Tuple | CollectionRef) or other == NONE:
        return
    if is_aggregate(row):
        operated(m, world, row, Misuse.COMPARED, node, ordered, other is not UNKNOWN)
    elif isinstance(other, Entity) and only_entity(world, row) is not None and not ordered:
        misused(m, world, row, "", Misuse.COMPARED, node)


def computed(m: Machine, world: World, row: Row, other: Value, node: ast.AST) -> None:
    """Arithmetic with a Row, or a call that wants a number."""
    if is_aggregate(row) and not isinstance(other, Row | Tuple | CollectionRef):
        operated(m, world, row, Misuse.COMPUTED, node, raises=True)


def tested(m: Machine, world: World, row: Row, node: ast.AST) -> None:
    """The truth of a Row of one aggregate: always true. With GROUP BY there may be no Row, so the question is fair."""
    grouped = {"group_by", "having", "limit", "offset", "slice"} & set(world.result(row.result).statement.chain)
    if is_aggregate(row) and not (row.optional and grouped):
        operated(m, world, row, Misuse.TESTED, node, raises=False)


def operated(
    m: Machine, world: World, row: Row, how: Misuse, node: ast.AST, raises: bool, certain: bool = True
) -> None:
    """Tell that a Row is taken for the number in it; the end of the path where that raises."""
    failure = replace(NO_NUMBER, site=m.site(world, node))
    if raises and expected(m, failure, world):
        raise Raised(failure)
    m.emit(RowOperated(m.site(world, node), world, row, world.result(row.result), how, raises, certain))
    if raises and certain:
        raise Raised(failure)


def site_of(row: Row, world: World) -> Site | None:
    """Where the Row was fetched."""
    return row.site or world.result(row.result).site


def taken_apart(m: Machine, world: World, entity: Entity, index: ast.expr | None, node: ast.AST) -> None:
    """An instance is indexed, or unpacked (`index` None), as if it were the Row around it: TypeError."""
    state = world.object(entity.handle)
    method = "__iter__" if index is None else "__getitem__"
    if state.facts is None or not state.facts.complete or method in state.facts.attributes:
        return
    failure = replace(NO_NUMBER, site=m.site(world, node))
    if not expected(m, failure, world):
        m.emit(EntityIndexed(m.site(world, node), world, entity, state, index))
    raise Raised(failure)
