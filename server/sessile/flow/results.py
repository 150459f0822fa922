"""What results do not have, or have no longer: rows that were fetched before, methods of other results, items.

A result hands out its rows once. Views such as `result.scalars()` share them with the result that they are made of.
Source: https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Result
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow import rowcounts
from sessile.flow.events import ResultMisused, Wrong
from sessile.flow.handlers import expected
from sessile.flow.machine import Failure, Machine, Raised
from sessile.flow.records import replace
from sessile.flow.values import SCALAR, UNKNOWN, AttributeRef, BoundMethod, ClassRef, ResultRef, Value
from sessile.orm.api.result import (
    ASYNC_MAPPING_RESULT,
    ASYNC_RESULT,
    ASYNC_SCALAR_RESULT,
    CURSOR_ATTRIBUTES,
    MAPPING_RESULT,
    RESULT,
    SCALAR_RESULT,
    Fetch,
)
from sessile.orm.api.tables import available

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping

    from sessile.flow.story import Site
    from sessile.flow.world import ResultState, World
    from sessile.orm.api.result import ResultMethod

TABLES: Mapping[tuple[str, bool], Mapping[str, ResultMethod]] = {
    ("rows", False): RESULT,
    ("scalars", False): SCALAR_RESULT,
    ("mappings", False): MAPPING_RESULT,
    ("rows", True): ASYNC_RESULT,
    ("scalars", True): ASYNC_SCALAR_RESULT,
    ("mappings", True): ASYNC_MAPPING_RESULT,
}
CLOSED = ("ResourceClosedError", "InvalidRequestError", "SQLAlchemyError", "Exception")
NOT_FOUND = ("NoResultFound", "InvalidRequestError", "SQLAlchemyError", "Exception")
RAISES: Mapping[Wrong, tuple[str, ...]] = {
    Wrong.CLOSED: CLOSED,
    Wrong.ROWLESS: CLOSED,
    Wrong.NO_ROW: NOT_FOUND,
    Wrong.MISSING: ("AttributeError", "Exception"),
    Wrong.INDEXED: ("TypeError", "Exception"),
    Wrong.MEASURED: ("TypeError", "Exception"),
}
NEEDS_ROW = frozenset({Fetch.ONE, Fetch.SCALAR_ONE})
DML = frozenset({"insert", "update", "delete"})


def method_of(state: ResultState, name: str) -> ResultMethod | None:
    """The table row of a result's method."""
    return TABLES[(state.shape, state.streamed and state.asynchronous)].get(name)


def attribute(m: Machine, world: World, ref: ResultRef, name: str, node: ast.AST) -> Value:
    """`result.name`: a method of this kind of result, or an AttributeError."""
    state = world.result(ref.handle)
    method = method_of(state, name)
    if method is not None and available(m.version, method.since, method.until):
        return ref if method.attribute and method.fetch.result else BoundMethod(ref, name)
    if name == "rowcount" and _may_be_cursor(state):
        return rowcounts.of_result(state) or SCALAR
    if name.startswith("_") or (name in CURSOR_ATTRIBUTES and _may_be_cursor(state)):
        return BoundMethod(ref, name) if name.startswith("_") else SCALAR
    wrong(m, world, ref, name, Wrong.MISSING, m.site(world, node))
    return UNKNOWN


def _may_be_cursor(state: ResultState) -> bool:
    """Whether the result may be a CursorResult: that of DML, of text, or of tables instead of classes."""
    mapped = any(isinstance(column, ClassRef | AttributeRef) for column in state.statement.columns)
    return state.shape == "rows" and (state.statement.kind != "select" or not mapped)


def wrong(m: Machine, world: World, ref: ResultRef, name: str, how: Wrong, site: Site) -> None:
    """Tell of a misuse, unless a handler around names its exception; the end of the path where there is one."""
    held = world.result(root(world, ref.handle))
    state = replace(world.result(ref.handle), consumed=held.consumed, consumed_at=held.consumed_at)
    names = RAISES.get(how)
    failure = Failure(names, site) if names is not None else None
    if failure is None or not expected(m, failure, world):
        m.emit(ResultMisused(site, world, state, name, how, ref.handle))
    if failure is not None:
        raise Raised(failure)


def root(world: World, handle: int) -> int:
    """The result whose rows a view shows."""
    while (source := world.result(handle).source) is not None:
        handle = source
    return handle


def before_fetch(m: Machine, world: World, ref: ResultRef, method: ResultMethod, site: Site) -> bool:
    """Whether there are rows left to fetch; tells where there cannot be any."""
    state = world.result(ref.handle)
    if method.consumes == "none" or method.fetch is Fetch.CLOSE:
        return True
    if state.statement.kind in DML and not {"returning", "cte"} & set(state.statement.chain):
        wrong(m, world, ref, method.name, Wrong.ROWLESS, site)
    held = world.result(root(world, ref.handle))
    if not held.consumed:
        return True
    how = Wrong.CLOSED if held.consumed == "closed" else Wrong.NO_ROW if method.fetch in NEEDS_ROW else Wrong.EXHAUSTED
    wrong(m, world, ref, method.name, how, site)
    return False


def after_fetch(world: World, ref: ResultRef, method: ResultMethod, site: Site) -> None:
    """Remember what a fetch leaves; a loop uses the rows up only when it comes to its end."""
    if method.consumes in ("all", "first") and method.fetch not in (Fetch.ITERATE, Fetch.PARTITIONS):
        use_up(world, ref, "closed" if method.closes else "all", site)


def use_up(world: World, value: Value, how: str, site: Site) -> None:
    """All rows were fetched (how="all"), or the result was closed ("closed")."""
    if isinstance(value, ResultRef):
        world.update(root(world, value.handle), consumed=how, consumed_at=site)
