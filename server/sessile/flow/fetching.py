"""Results and queries: what running a statement gives, and what each method of a result takes out of it.

The tables of `orm.api` know the methods; here is what they do to values.
Source: https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Result
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sessile.flow import objects
from sessile.flow.events import ClosedResultRead, Fetched, QueryFetched
from sessile.flow.handlers import expected
from sessile.flow.loading import strategy
from sessile.flow.machine import Failure, Machine, Raised
from sessile.flow.values import (
    SCALAR,
    UNKNOWN,
    AttributeRef,
    BoundMethod,
    ClassRef,
    CollectionRef,
    Coroutine,
    Criterion,
    Entity,
    LoaderOption,
    ResultRef,
    Row,
    Scalar,
    Statement,
    Tuple,
    Value,
)
from sessile.flow.world import CollectionState, Openness, ResultState, SessionState, World
from sessile.orm.api.result import (
    ASYNC_MAPPING_RESULT,
    ASYNC_RESULT,
    ASYNC_SCALAR_RESULT,
    MAPPING_RESULT,
    RESULT,
    SCALAR_RESULT,
    Fetch,
)

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping

    from sessile.flow.story import Site
    from sessile.flow.values import Arguments, SessionRef
    from sessile.orm.api.result import ResultMethod
    from sessile.orm.mapped import ClassFacts

TABLES: Mapping[tuple[str, bool], Mapping[str, ResultMethod]] = {
    ("rows", False): RESULT,
    ("scalars", False): SCALAR_RESULT,
    ("mappings", False): MAPPING_RESULT,
    ("rows", True): ASYNC_RESULT,
    ("scalars", True): ASYNC_SCALAR_RESULT,
    ("mappings", True): ASYNC_MAPPING_RESULT,
}
JOINING = frozenset({"joinedload", "joined", "contains_eager"})


def run(m: Machine, world: World, ref: SessionRef, name: str, statement: Statement, site: Site) -> Value:
    """The result of sending a statement to a session by `execute`, `scalars`, `exec`, `stream`, ..."""
    single = len(statement.columns) == 1
    shape = "rows"
    if name in ("scalars", "stream_scalars"):
        shape = "scalars"
    elif name == "exec":
        if statement.kind == "other":
            return UNKNOWN
        shape = "scalars" if statement.sqlmodel and single and statement.kind == "select" else "rows"
    state = ResultState(
        shape,
        statement.columns,
        ref.handle,
        statement,
        asynchronous=world.session(ref.handle).asynchronous and not ref.facade,
        streamed=name.startswith("stream"),
        via=name,
        site=site,
    )
    return ResultRef(m.new(world, state))


def first_column(m: Machine, world: World, session: int, statement: Statement, site: Site) -> Value:
    """What `session.scalar(statement)` gives."""
    if not statement.columns:
        return UNKNOWN
    value = column_value(m, world, session, statement.columns[0], statement, site, "loaded by `scalar`")
    return replace(value, optional=True) if isinstance(value, Entity) else value


def column_value(
    m: Machine, world: World, session: int | None, column: Value, statement: Statement, site: Site, how: str
) -> Value:
    """One column of a row: a new instance for an entity, a plain value for anything else."""
    if isinstance(column, ClassRef):
        from sessile.orm.mapped import Role

        if column.facts.role is not Role.MAPPED and column.facts.complete:
            return UNKNOWN
        return objects.load(m, world, column.facts, session, site, statement, statement.options, how)
    if isinstance(column, Scalar):
        return column
    return SCALAR if isinstance(column, AttributeRef | Criterion) else UNKNOWN


def item(m: Machine, world: World, handle: int, method: str, site: Site) -> Value:
    """The next item of a result: the entity of a scalar result, a Row of any other."""
    state = world.result(handle)
    how = f"loaded by `{state.via}`"
    if state.shape == "scalars":
        return (
            column_value(m, world, state.session, state.columns[0], state.statement, state.site or site, how)
            if state.columns
            else UNKNOWN
        )
    if not state.columns:
        return UNKNOWN
    items = tuple(
        column_value(m, world, state.session, column, state.statement, state.site or site, how)
        for column in state.columns
    )
    return Row(items, column_names(state.columns), handle, False, state.shape == "mappings", method, site)


def column_names(columns: tuple[Value, ...]) -> tuple[str, ...]:
    """The names under which a Row has its columns; an empty string where the name cannot be told."""
    return tuple(_column_name(column) for column in columns)


def _column_name(column: Value) -> str:
    match column:
        case ClassRef(facts=facts, alias=False):
            return facts.name
        case AttributeRef(name=name):
            return name
    return ""


def method_of(state: ResultState, name: str) -> ResultMethod | None:
    """The table row of a result's method."""
    return TABLES[(state.shape, state.streamed and state.asynchronous)].get(name)


def call_result(
    m: Machine, world: World, ref: ResultRef, name: str, arguments: Arguments, node: ast.Call, awaited: bool = False
) -> Value:
    """Call `result.name(...)`."""
    state = world.result(ref.handle)
    method = method_of(state, name)
    if method is None:
        return UNKNOWN
    if method.awaits and not awaited:
        return Coroutine(BoundMethod(ref, name), arguments, node)
    if method.fetch.result:
        return _view(m, world, ref, method, arguments)
    return fetch(m, world, ref, method, node)


def _view(m: Machine, world: World, ref: ResultRef, method: ResultMethod, arguments: Arguments) -> Value:
    state = world.result(ref.handle)
    if method.fetch is Fetch.UNIQUE:
        world.update(ref.handle, unique=True)
        return ref
    if method.fetch is Fetch.SCALARS:
        columns = state.columns if not arguments.positional else _chosen(state.columns, arguments.positional[0])
        view = replace(state, shape="scalars", columns=columns[:1])
        return ResultRef(m.new(world, view))
    if method.fetch is Fetch.MAPPINGS:
        return ResultRef(m.new(world, replace(state, shape="mappings")))
    if method.fetch is Fetch.COLUMNS:
        return UNKNOWN
    return ref


def _chosen(columns: tuple[Value, ...], index: Value) -> tuple[Value, ...]:
    position = getattr(index, "value", None)
    if isinstance(position, int) and 0 <= position < len(columns):
        return columns[position : position + 1]
    return (UNKNOWN,)


def fetch(m: Machine, world: World, ref: ResultRef, method: ResultMethod, node: ast.AST) -> Value:
    """Take items out of a result: a list, one item, or a scalar."""
    site = m.site(world, node)
    state = world.result(ref.handle)
    if method.consumes != "none":
        _check_session(m, world, state, site)
    needed = method.needs_unique and not state.unique and state.shape != "mappings" and m.version >= (2, 0)
    needs_unique = needed and joins_collection(state.statement)
    m.emit(Fetched(site, world, state, method.name, ref, needs_unique))
    _emit_query(m, world, state, method.name, site)
    if needs_unique and all(isinstance(column, ClassRef) for column in state.columns):
        raise Raised(Failure(("InvalidRequestError", "SQLAlchemyError", "Exception"), site))
    if state.consumed == "closed" and method.consumes != "none":
        raise Raised(Failure(("ResourceClosedError", "SQLAlchemyError", "Exception"), site))
    if method.consumes in ("all", "first"):
        world.update(ref.handle, consumed="closed" if method.closes else "all", consumed_at=site)
    if method.fetch in (Fetch.ALL, Fetch.FETCHMANY, Fetch.ITERATE):
        return CollectionRef(m.new(world, CollectionState("list", each=item(m, world, ref.handle, method.name, site))))
    if method.fetch is Fetch.PARTITIONS:
        return UNKNOWN
    if method.fetch.scalar:
        return _scalar(m, world, state, method, site)
    if method.fetch in (Fetch.FIRST, Fetch.ONE, Fetch.ONE_OR_NONE, Fetch.FETCHONE):
        value = item(m, world, ref.handle, method.name, site)
        return replace(value, optional=method.fetch.optional) if isinstance(value, Entity | Row) else value
    return UNKNOWN


def _scalar(m: Machine, world: World, state: ResultState, method: ResultMethod, site: Site) -> Value:
    if not state.columns:
        return UNKNOWN
    value = column_value(
        m, world, state.session, state.columns[0], state.statement, state.site or site, f"loaded by `{state.via}`"
    )
    return replace(value, optional=method.fetch.optional) if isinstance(value, Entity) else value


def _emit_query(m: Machine, world: World, state: ResultState, method: str, site: Site) -> None:
    session = world.state(state.session) if state.session is not None else None
    known = session if isinstance(session, SessionState) else None
    m.emit(QueryFetched(site, world, state.statement, None, method, f"{state.via}/{state.shape}", known))


def _check_session(m: Machine, world: World, state: ResultState, site: Site) -> None:
    session = world.state(state.session) if state.session is not None else None
    if not isinstance(session, SessionState) or session.openness is not Openness.CLOSED:
        return
    if state.asynchronous and not state.streamed:
        return
    entities = any(isinstance(column, ClassRef) for column in state.columns)
    if state.consumed or not entities:
        return
    failure = Failure(("InvalidRequestError", "SQLAlchemyError", "Exception"), site)
    if not expected(m, failure, world):
        m.emit(ClosedResultRead(site, world, session, raises=True))
    raise Raised(failure)


def joins_collection(statement: Statement) -> bool:
    """Whether a collection of one of the entities is loaded by a joined eager load."""
    if not statement.known_options and not statement.options:
        return False
    return any(
        isinstance(column, ClassRef) and _joins(column.facts, statement.options) for column in statement.columns
    )


def _joins(facts: ClassFacts, options: tuple[LoaderOption, ...]) -> bool:
    return any(
        item.many and strategy(item, options) in JOINING and item.lazy not in ("dynamic", "write_only")
        for item in facts.relationships
    )


def iterate(m: Machine, world: World, ref: ResultRef, node: ast.AST) -> Value:
    """What `for x in result` gives each time."""
    table = TABLES[(world.result(ref.handle).shape, False)]
    listed = fetch(m, world, ref, table["__iter__"], node)
    return listed


def options_in(world: World, value: Value | None) -> tuple[tuple[LoaderOption, ...], bool]:
    """The loader options in a value (one, or a list of them), and whether all of it was understood."""
    match value:
        case None:
            return (), True
        case LoaderOption():
            return (value,), True
        case Tuple(items=items):
            found = items
        case CollectionRef(handle=handle):
            state = world.collection(handle)
            if state.each is not None:
                return (), False
            found = state.items
        case _:
            return (), False
    options = tuple(item for item in found if isinstance(item, LoaderOption))
    return options, len(options) == len(found)
