"""Rows: what they hold, and what fails or goes wrong in silence where one is taken for the entity in it.

A Row is a tuple with named fields. What it has not it never has: an attribute of the entity raises AttributeError, a
comparison with the entity is always false.
Source: https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Row
"""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow.events import EntityIndexed, Misuse, RowMissing, RowMisused
from sessile.flow.handlers import expected
from sessile.flow.machine import Failure, Machine, Raised
from sessile.flow.missing import may_be_missing
from sessile.flow.records import replace
from sessile.flow.values import (
    SCALAR,
    UNKNOWN,
    BoundMethod,
    ClassRef,
    CollectionRef,
    Const,
    Entity,
    External,
    Row,
    Scalar,
    Tuple,
    Value,
)
from sessile.flow.world import CollectionState, Life, World
from sessile.orm.mapped import Accessor, Column, Relationship

if TYPE_CHECKING:
    from sessile.flow.values import Arguments
    from sessile.flow.world import ResultState
    from sessile.orm.mapped import ClassFacts

#: What tuple has, and what Row adds to it on 2.x: these names never raise.
TUPLE_NAMES = frozenset({"count", "index"})
VIEWS = frozenset({"t", "tuple", "_t", "_tuple"})
#: Methods of every SQLModel class, which no column of a text is called after.
MODEL_METHODS = frozenset({"model_dump", "model_dump_json", "model_copy", "model_validate", "sqlmodel_update"})
MAPPING_NAMES = frozenset({"get", "keys", "values", "items"})
MANY = frozenset({"__iter__", "__aiter__", "__next__", "__anext__", "all", "fetchall", "fetchmany", "partitions"})
ITS_CLASSES = frozenset({"Row", "LegacyRow", "tuple", "Sequence", "Collection", "Iterable"})
MISSING = Failure(("AttributeError", "Exception"))
UNMAPPED = Failure(("UnmappedInstanceError", "UnmappedError", "InvalidRequestError", "SQLAlchemyError", "Exception"))
NO_ROW = Failure(("TypeError", "Exception"))


def attribute(m: Machine, world: World, row: Row, name: str, node: ast.Attribute) -> Value:
    """`row.name`: a field, one of the few names of every Row, or an AttributeError."""
    found = _attribute(m, world, row, name, node)
    if row.optional and is_chained(row, node):
        _perhaps_none(m, world, row, name, node)
    return found


def _attribute(m: Machine, world: World, row: Row, name: str, node: ast.Attribute) -> Value:
    if name in row.names and name not in VIEWS:
        return row.items[row.names.index(name)]
    if row.mapping and (name in MAPPING_NAMES or name.startswith("_")):
        return BoundMethod(row, name)
    if name == "_mapping":
        return replace(row, mapping=True, optional=False)
    if name in ("t", "_t") and m.version >= (2, 0):
        return Tuple(row.items)
    if name == "_asdict" or name in TUPLE_NAMES or (name in VIEWS and m.version >= (2, 0)):
        _shadowed(m, world, row, name, node)
        return BoundMethod(row, name)
    if (
        name.startswith("_")
        or _may_have(world.result(row.result), row, name)
        or (name == "keys" and m.version < (2, 0))
    ):
        return UNKNOWN
    return fails(m, world, row, name, Misuse.READ, node, MISSING)


def _may_have(result: ResultState, row: Row, name: str) -> bool:
    """Whether a column whose name is not known may be called so; what UNION makes of an entity has its columns only."""
    target = result.statement.target
    if result.statement.kind == "compound" and isinstance(target, ClassRef):
        member = target.facts.attributes.get(name)
        lost = isinstance(member, Relationship) or (
            isinstance(member, Accessor) and member.kind in ("method", "property")
        )
        return not lost
    return "" in row.names and not (result.via == "exec" and name in MODEL_METHODS)


def _perhaps_none(m: Machine, world: World, row: Row, name: str, node: ast.AST) -> None:
    """`first().name` where there may be no row."""
    result = world.result(row.result)
    raised = replace(MISSING, site=m.site(world, node))
    if may_be_missing(result.statement) and not expected(m, raised, world):
        m.emit(RowMissing(m.site(world, node), world, row, name, result))


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
    """Tell the rules that a Row is taken for the entity."""
    result = world.result(row.result)
    iterated, chained = row.method in MANY, is_chained(row, node)
    m.emit(RowMisused(m.site(world, node), world, row, name, result, how, iterated, chained))


def is_chained(row: Row, node: ast.AST) -> bool:
    """Whether an attribute follows the fetch of its Row in the same expression."""
    owner = node.value if isinstance(node, ast.Attribute) else None
    fetched = owner.value if isinstance(owner, ast.Await) else owner
    return fetched is not None and row.site is not None and fetched is row.site.node


def only_entity(world: World, row: Row) -> ClassFacts | None:
    """The class of the entity, if that is all the Row holds."""
    if len(row.items) != 1 or row.mapping or not isinstance(row.items[0], Entity):
        return None
    return world.object(row.items[0].handle).facts


def is_single(row: Row) -> bool:
    """Whether the Row holds one plain value and nothing else."""
    return len(row.items) == 1 and not row.mapping and isinstance(row.items[0], Scalar)


def is_aggregate(row: Row) -> bool:
    """Whether that value is one of an aggregate function."""
    return is_single(row) and isinstance(row.items[0], Scalar) and row.items[0].aggregate


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
        fails(m, world, row, method, Misuse.GIVEN, node, UNMAPPED)


def related(m: Machine, world: World, name: str, value: Value, node: ast.AST) -> None:
    """A Row, or a list of them, becomes the value of a relationship."""
    for row in rows_in(world, value):
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
    """`isinstance(row, kind)`: true for Row and tuple, false for every class of the workspace."""
    kinds = kind.items if isinstance(kind, Tuple) else (kind,)
    if any(isinstance(each, External) and each.name.rpartition(".")[2] in ITS_CLASSES for each in kinds):
        return Const(True)
    classes = [each.facts for each in kinds if isinstance(each, ClassRef)]
    facts = only_entity(world, row)
    if len(classes) < len(kinds) or not classes:
        return UNKNOWN
    if facts is not None and len(world.frames) == 1 and any(facts.inherits(each) for each in classes):
        misused(m, world, row, classes[0].name, Misuse.TYPED, node)
    return Const(False)


def taken_apart(m: Machine, world: World, value: Value, index: ast.expr | None, node: ast.AST) -> None:
    """An instance or a number is indexed, or unpacked (`index` None), as if it were the Row around it: TypeError."""
    state = world.object(value.handle) if isinstance(value, Entity) else None
    if state is not None:
        method = "__iter__" if index is None else "__getitem__"
        unseen = state.life is Life.UNKNOWN and state.statement is None
        if unseen or state.facts is None or not state.facts.complete or method in state.facts.attributes:
            return
    elif not (isinstance(value, Scalar) and value.aggregate and value.kind == "number"):
        return
    failure = replace(NO_ROW, site=m.site(world, node))
    if not expected(m, failure, world):
        m.emit(EntityIndexed(m.site(world, node), world, value, state, index))
    raise Raised(failure)
