"""Results and queries: what running a statement gives, and what each method of a result takes out of it.

The tables of `orm.api` know the methods; here is what they do to values.
Source: https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Result
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow import identity, objects, results
from sessile.flow.events import ClosedResultRead, Fetched, QueryFetched
from sessile.flow.handlers import expected
from sessile.flow.loading import JOINING, child_options, strategy
from sessile.flow.machine import Failure, Machine, Raised
from sessile.flow.records import replace
from sessile.flow.story import Step
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
from sessile.orm.api.result import Fetch
from sessile.orm.linking import is_many

if TYPE_CHECKING:
    from sessile.flow.story import Site
    from sessile.flow.values import Arguments, SessionRef
    from sessile.orm.api.result import ResultMethod
    from sessile.orm.mapped import ClassFacts

#: Marks in a statement's chain: rows come in portions; `from_statement` was given a text.
YIELD_PER = "yield_per"
FROM_TEXT = "from text"
#: Since this release `unique()` does not go with a result's own `yield_per()`; an option of the statement never did.
UNIQUE_NO_MORE = (2, 1)
#: What cannot be loaded with rows that come in portions.
PORTIONED = JOINING | {"subqueryload", "subquery"}


def run(m: Machine, world: World, ref: SessionRef, name: str, statement: Statement, site: Site) -> Value:
    """The result of sending a statement to a session by `execute`, `scalars`, `exec`, `stream`, ..."""
    shape = "rows"
    if name in ("scalars", "stream_scalars"):
        shape = "scalars"
    elif name == "exec":
        if statement.kind == "other" or (statement.sqlmodel and not statement.columns):
            return UNKNOWN
        shape = "scalars" if statement.scalar else "rows"
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
    check_portions(m, world, state, site)
    return ResultRef(m.new(world, state))


def check_portions(m: Machine, world: World, state: ResultState, site: Site) -> None:
    """`yield_per` hands rows out in portions, for which no collection can be joined or fetched by a subquery."""
    joined = joined_collection(m, state.statement, PORTIONED) if YIELD_PER in state.statement.chain else ()
    if joined:
        _needs_unique(m, world, state, state.via, joined, site)


def _needs_unique(
    m: Machine, world: World, state: ResultState, method: str, joined: tuple[str, ...], site: Site
) -> None:
    failure = Failure(("InvalidRequestError", "SQLAlchemyError", "Exception"), site)
    if not expected(m, failure, world):
        m.emit(Fetched(site, world, state, method, None, joined))
    raise Raised(failure)


def first_column(m: Machine, world: World, session: int, statement: Statement, site: Site) -> Value:
    """What `session.scalar(statement)` gives."""
    state = world.session(session)
    m.emit(QueryFetched(site, world, statement, None, "scalar", "scalar/scalars", state, site))
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
        found = objects.load(m, world, column.facts, session, site, statement, statement.options, how)
        if session is not None and world.session(session).openness is Openness.CLOSED:
            _left_behind(world, session, site)
        return found
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
    names = [_column_name(column) for column in columns]
    return tuple("" if name in names[:position] else name for position, name in enumerate(names))


def _column_name(column: Value) -> str:
    match column:
        case ClassRef(facts=facts, alias=False):
            return facts.name
        case AttributeRef(name=name) | Scalar(label=name):
            return name
    return ""


def call_result(
    m: Machine, world: World, ref: ResultRef, name: str, arguments: Arguments, node: ast.Call, awaited: bool = False
) -> Value:
    """Call `result.name(...)`."""
    state = world.result(ref.handle)
    method = results.method_of(state, name)
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
    if method.name == YIELD_PER:
        world.update(ref.handle, portions=True)
        return ref
    if method.fetch is Fetch.SCALARS:
        columns = state.columns if not arguments.positional else _chosen(state.columns, arguments.positional[0])
        view = replace(state, shape="scalars", columns=columns[:1], source=ref.handle)
        return ResultRef(m.new(world, view))
    if method.fetch is Fetch.MAPPINGS:
        return ResultRef(m.new(world, replace(state, shape="mappings", source=ref.handle)))
    if method.fetch is Fetch.COLUMNS:
        chosen = [_chosen(state.columns, index)[0] for index in arguments.positional]
        bare = m.version < (2, 0) and len(state.columns) == len(chosen) == 1
        shape = "scalars" if bare else state.shape
        return ResultRef(m.new(world, replace(state, shape=shape, columns=tuple(chosen), source=ref.handle)))
    return ref


def thawed(m: Machine, world: World, ref: ResultRef) -> Value:
    """`result.freeze()()`: the same rows, each time anew; what they became when their session ended is not followed."""
    state = world.result(ref.handle)
    session = world.state(state.session) if state.session is not None else None
    if isinstance(session, SessionState) and session.openness is Openness.CLOSED:
        return UNKNOWN
    return ResultRef(m.new(world, replace(state, consumed="", source=None)))


def _left_behind(world: World, session: int, site: Site) -> None:
    """What the buffered rows of an AsyncSession become after its end belongs to no session."""
    step = world.session(session).ended or Step(site, "detached: its session has ended")
    for number, _ in world.objects_of(session):
        objects.detach(world, number, step)


def _chosen(columns: tuple[Value, ...], index: Value) -> tuple[Value, ...]:
    position = getattr(index, "value", None)
    if isinstance(position, int) and 0 <= position < len(columns) and UNKNOWN not in columns[:position]:
        return columns[position : position + 1]
    return (UNKNOWN,)


def fetch(m: Machine, world: World, ref: ResultRef, method: ResultMethod, node: ast.AST) -> Value:
    """Take items out of a result: a list, one item, or a scalar."""
    site = m.site(world, node)
    state = world.result(ref.handle)
    if method.consumes != "none":
        _check_session(m, world, state, site)
    if not results.before_fetch(m, world, ref, method, site):
        return UNKNOWN
    state = replace(state, portions=state.portions or _in_portions(state, method, node))
    wanted = method.needs_unique and (not state.unique or (state.portions and m.version >= UNIQUE_NO_MORE))
    joined = joined_collection(m, state.statement) if wanted else ()
    if joined:
        _needs_unique(m, world, state, method.name, joined, site)
    m.emit(Fetched(site, world, state, method.name, ref))
    _emit_query(m, world, state, method.name, site)
    if state.session is not None and identity.is_whole(state.statement):
        identity.fetched_again(m, world, state.session, state.statement, site)
    results.after_fetch(world, ref, method, site)
    if method.fetch in (Fetch.ALL, Fetch.FETCHMANY, Fetch.ITERATE):
        return CollectionRef(m.new(world, CollectionState("list", each=item(m, world, ref.handle, method.name, site))))
    if method.fetch is Fetch.PARTITIONS:
        part = CollectionRef(m.new(world, CollectionState("list", each=item(m, world, ref.handle, method.name, site))))
        return CollectionRef(m.new(world, CollectionState("list", each=part)))
    if method.fetch is Fetch.FREEZE:
        return ResultRef(m.new(world, replace(state, consumed="", source=None)))
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


def _in_portions(state: ResultState, method: ResultMethod, node: ast.AST) -> bool:
    """A streamed result hands out as many rows as it is asked for, for which it sets `yield_per`."""
    sized = isinstance(node, ast.Call) and bool(node.args or node.keywords)
    return sized and state.streamed and method.fetch in (Fetch.FETCHMANY, Fetch.PARTITIONS)


def _emit_query(m: Machine, world: World, state: ResultState, method: str, site: Site) -> None:
    session = world.state(state.session) if state.session is not None else None
    known = session if isinstance(session, SessionState) else None
    m.emit(QueryFetched(site, world, state.statement, None, method, f"{state.via}/{state.shape}", known, state.site))


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


def joined_collection(m: Machine, statement: Statement, loading: frozenset[str] = JOINING) -> tuple[str, ...]:
    """The path of a collection that the statement loads by joining, which makes `unique()` necessary; else empty.

    An option that is not in sight may replace what the mapping says, but not what another option says.
    """
    if statement.kind == "compound" or ("from_statement" in statement.chain and FROM_TEXT not in statement.chain):
        return ()
    for column in statement.columns:
        found = _joined(m, column.facts, statement.options, (), loading) if isinstance(column, ClassRef) else ()
        if found and (statement.known_options or any(option.path[:1] == found[:1] for option in statement.options)):
            return found
    return ()


def _joined(
    m: Machine,
    facts: ClassFacts,
    options: tuple[LoaderOption, ...],
    passed: tuple[ClassFacts, ...],
    loading: frozenset[str],
) -> tuple[str, ...]:
    """Collections are reached directly, or through many-to-one relationships that are joined as well.

    What a subquery fetches is no part of any row, one instance as little as a collection.
    """
    for item in facts.relationships:
        chosen = strategy(item, options)
        if chosen not in loading:
            continue
        target = objects.target_of(m, facts, item)
        many = is_many(facts, item, target)
        if many or chosen not in JOINING:
            return (item.name,)
        if many is False and target is not None and target not in passed:
            deeper = _joined(m, target, child_options(options, item.name), (*passed, facts), loading)
            if deeper:
                return (item.name, *deeper)
    return ()


def iterate(m: Machine, world: World, ref: ResultRef, node: ast.AST) -> Value:
    """What `for x in result` gives each time."""
    table = results.TABLES[(world.result(ref.handle).shape, False)]
    return fetch(m, world, ref, table["__iter__"], node)


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
