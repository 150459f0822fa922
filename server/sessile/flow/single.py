"""A Row of one value that is taken for the value: unequal in silence, always true, or a TypeError.

Source: https://docs.sqlalchemy.org/en/20/tutorial/data_select.html
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.events import Misuse, RowOperated
from sessile.flow.handlers import expected
from sessile.flow.machine import Failure, Machine, Raised
from sessile.flow.missing import always_one
from sessile.flow.records import replace
from sessile.flow.rows import is_aggregate, is_single, misused, only_entity, rows_in
from sessile.flow.values import (
    NONE,
    UNKNOWN,
    AttributeRef,
    CollectionRef,
    Const,
    Criterion,
    Entity,
    Row,
    Scalar,
    Tuple,
    Value,
)

if TYPE_CHECKING:
    from sessile.flow.world import World

NO_NUMBER = Failure(("TypeError", "Exception"))
EQUALITY = (ast.Eq, ast.NotEq)
ORDERING = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
IDENTITY = (ast.Is, ast.IsNot)
MEMBERSHIP = (ast.In, ast.NotIn)
#: Built-in functions that raise TypeError for anything but a number, and those that compare their arguments.
NUMERIC = frozenset({"int", "float", "round", "abs", "range", "divmod", "complex"})
COMPARING = frozenset({"max", "min"})
#: Methods that give the row of an aggregate, or a list of it.
ONE_ROW = frozenset({"first", "fetchone", "one_or_none", "all", "fetchall", "__iter__", "__aiter__"})


def compared(m: Machine, world: World, node: ast.Compare, values: list[Value]) -> None:
    """Comparisons of a Row with what it holds: unequal in silence, or a TypeError where order is asked for."""
    for operator, left, right in zip(node.ops, values, values[1:], strict=False):
        if isinstance(operator, MEMBERSHIP):
            _sought(m, world, left, right, node)
        if isinstance(operator, IDENTITY) and isinstance(left, Row) and right == NONE:
            never_none(m, world, left, node)
        for row, other in ((left, right), (right, left)):
            if isinstance(row, Row) and isinstance(operator, EQUALITY + ORDERING):
                _compared(m, world, row, other, isinstance(operator, ORDERING), node)


def _compared(m: Machine, world: World, row: Row, other: Value, ordered: bool, node: ast.Compare) -> None:
    if isinstance(other, Row | Tuple | CollectionRef) or other == NONE:
        return
    if isinstance(other, AttributeRef | Criterion):
        bound(m, world, row, node)
    elif is_single(row):
        operated(m, world, row, Misuse.COMPARED, node, ordered, other is not UNKNOWN)
    elif isinstance(other, Entity) and only_entity(world, row) is not None and not ordered:
        misused(m, world, row, "", Misuse.COMPARED, node)


def _sought(m: Machine, world: World, left: Value, right: Value, node: ast.Compare) -> None:
    """`user in rows`, `name in rows`, `row in names`: no Row is equal to what it holds."""
    for row in rows_in(world, right) if not isinstance(right, Row) else ():
        if isinstance(left, Entity) and only_entity(world, row) is not None:
            misused(m, world, row, "", Misuse.SOUGHT, node)
        elif is_single(row) and _is_plain(left):
            operated(m, world, row, Misuse.SOUGHT, node, raises=False)


def _is_plain(value: Value) -> bool:
    return isinstance(value, Scalar) or (isinstance(value, Const) and isinstance(value.value, str | int | float))


def never_none(m: Machine, world: World, row: Row, node: ast.AST) -> None:
    """`row is None` of what `one()` gave."""
    if is_single(row) and row.method == "one":
        operated(m, world, row, Misuse.NEVER_NONE, node, raises=False)


def computed(m: Machine, world: World, row: Row, other: Value, node: ast.AST) -> None:
    """Arithmetic with a Row, or a call that wants a number."""
    if is_single(row) and not isinstance(other, Row | Tuple | CollectionRef):
        operated(m, world, row, Misuse.COMPUTED, node, raises=True)


def called(m: Machine, world: World, name: str, given: tuple[Value, ...], node: ast.AST) -> None:
    """`int(row)`, `max(row, 1)` and the like."""
    if name in NUMERIC or (name in COMPARING and len(given) > 1):
        others = [value for value in given if not isinstance(value, Row)]
        for value in given:
            if isinstance(value, Row) and (name in NUMERIC or others):
                computed(m, world, value, UNKNOWN, node)


def tested(m: Machine, world: World, row: Row, node: ast.AST) -> None:
    """The truth of a Row of one value: always true, as `one()` gives no None and an aggregate always has a row.

    After `first()` the question is harmless where the value is taken out of the Row elsewhere.
    """
    if not is_single(row):
        return
    certain = is_aggregate(row) and always_one(world.result(row.result).statement)
    careful = isinstance(node, ast.Name) and _opened(world, node.id)
    repeated = isinstance(node, ast.Name) and not careful and _each(world, node.id)
    once = row.method in ONE_ROW and certain and not careful
    if row.method == "one" or once or repeated:
        operated(m, world, row, Misuse.TESTED, node, raises=False)


def _each(world: World, name: str) -> bool:
    """Whether a variable is the target of a loop and nothing else, so that it is never None."""
    targets = {
        id(node.target)
        for node in ast.walk(world.frame.scope.node)
        if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension)
    }
    stores = [
        node
        for node in ast.walk(world.frame.scope.node)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
    ]
    return bool(stores) and all(id(node) in targets for node in stores)


def _opened(world: World, name: str) -> bool:
    """Whether the function takes something out of a variable: `row[0]`, `row.total`, `(total,) = row`."""
    for node in ast.walk(world.frame.scope.node):
        match node:
            case ast.Subscript(value=ast.Name(id=found)) | ast.Attribute(value=ast.Name(id=found)) if found == name:
                return True
            case ast.Assign(targets=[ast.Tuple() | ast.List()], value=ast.Name(id=found)) if found == name:
                return True
    return False


def bound(m: Machine, world: World, row: Row, node: ast.AST) -> None:
    """A Row becomes the value of a column or parameter."""
    if is_single(row):
        operated(m, world, row, Misuse.BOUND, node, raises=False)


def encoded(m: Machine, world: World, value: Value, node: ast.AST, depth: int = 0) -> None:
    """`json.dumps` of a Row, or of a list or dict that holds one."""
    match value:
        case Row() if is_single(value):
            operated(m, world, value, Misuse.ENCODED, node, raises=True)
        case Tuple(items=items) if depth < 3:
            for each in items:
                encoded(m, world, each, node, depth + 1)
        case CollectionRef(handle=handle) if depth < 3:
            state = world.collection(handle)
            for each in (*state.items, *([state.each] if state.each is not None else [])):
                encoded(m, world, each, node, depth + 1)


def operated(
    m: Machine, world: World, row: Row, how: Misuse, node: ast.AST, raises: bool, certain: bool = True
) -> None:
    """Tell that a Row is taken for the value in it; the end of the path where that raises."""
    failure = replace(NO_NUMBER, site=m.site(world, node))
    if raises and expected(m, failure, world):
        raise Raised(failure)
    m.emit(RowOperated(m.site(world, node), world, row, world.result(row.result), how, raises, certain))
    if raises and certain:
        raise Raised(failure)
