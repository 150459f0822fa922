"""What rules can listen to. An event says what happens on one path; `world` is the state at that moment, before it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast

    from sessile.flow.machine import Outcome, Work
    from sessile.flow.scopes import Scope
    from sessile.flow.story import Site
    from sessile.flow.values import Arguments, Entity, Formatted, Query, ResultRef, Row, Statement, Value
    from sessile.flow.world import ObjectState, ResultState, SessionState, Status, Storage, World
    from sessile.orm.api.membership import Standing
    from sessile.orm.mapped import Column, Relationship


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at `site` (a node of the function that runs) in `world`."""

    site: Site
    world: World


class Trouble(str, Enum):
    """Why a read fails."""

    DETACHED = "DetachedInstanceError"
    GREENLET = "MissingGreenlet"
    RAISE_LOADER = "InvalidRequestError"


@dataclass(frozen=True, slots=True)
class AttributeRead(Event):
    """An attribute of a mapped instance is read. `trouble` is None where nothing fails.

    `attribute` is None if the class does not tell what the name is. `status` is what it was before the read.
    `certain` is False if the state depends on something out of sight.
    """

    entity: Entity
    state: ObjectState
    name: str
    attribute: Column | Relationship | None
    status: Status
    trouble: Trouble | None
    certain: bool = True
    written: bool = False


@dataclass(frozen=True, slots=True)
class ItemRelationshipLoaded(Event):
    """A lazy attribute is loaded for one item after the other of a loop. `one`: a many-to-one, whose other end is found
    in the session once it is loaded; `apart`: of such an end, so that items may have it in common. `work`: what any
    path has done with sessions since the loop began."""

    state: ObjectState
    name: str
    attribute: Column | Relationship
    loop: Site
    one: bool
    apart: bool
    work: tuple[Work, ...]


@dataclass(frozen=True, slots=True)
class SessionUsed(Event):
    """A method of a session is called that talks to the database or changes what is in the session."""

    handle: int
    state: SessionState
    method: str


@dataclass(frozen=True, slots=True)
class SessionShared(Event):
    """Tasks or threads that run at once use one session, at `sites`; `clash`: several of them write first of all."""

    handle: int
    state: SessionState
    sites: tuple[Site, ...]
    threads: bool = False
    clash: bool = False


@dataclass(frozen=True, slots=True)
class SessionEnded(Event):
    """A session is closed: by its block, by `close()` or because the function that made it is over."""

    handle: int
    state: SessionState
    how: str


@dataclass(frozen=True, slots=True)
class ClosedResultRead(Event):
    """A result or query is fetched although its session has ended."""

    session: SessionState
    raises: bool


@dataclass(frozen=True, slots=True)
class Returned(Event):
    """A function gives a value back to a caller; `entities` are the mapped instances in it."""

    scope: Scope
    value: Value
    entities: tuple[tuple[Entity, ObjectState], ...]
    yielded: bool = False


@dataclass(frozen=True, slots=True)
class PromiseGiven(Event):
    """A function that opened and ended a session of its own returns; `site` is its definition.

    `promised` names the mapped class in its return annotation.
    """

    scope: Scope
    promised: str
    returned: Site
    entities: tuple[tuple[Entity, ObjectState], ...]
    returns_none: bool


@dataclass(frozen=True, slots=True)
class ScopeLeft(Event):
    """A function ends normally; `stored` are the instances that something longer-lived holds, as they are now."""

    stored: tuple[tuple[Storage, ObjectState], ...]


class Misuse(str, Enum):
    """How a Row is taken for what is in it."""

    READ = "read"
    WRITTEN = "written"
    #: `row.count` is a method of tuple although the entity has a column of that name.
    SHADOWED = "shadowed"
    #: `getattr(row, name, default)` gives the default each time.
    DEFAULTED = "defaulted"
    COMPARED = "compared"
    TYPED = "typed"
    #: Handed to a method of a session that takes instances.
    GIVEN = "given"
    #: Assigned or appended to a relationship.
    RELATED = "related"
    #: Returned by a function whose annotation promises the entity.
    RETURNED = "returned"
    TESTED = "tested"
    COMPUTED = "computed"
    #: Bound to a column or a parameter of a statement, which no driver can.
    BOUND = "bound"
    #: Looked for in a list of rows, or among values.
    SOUGHT = "sought"
    #: `is None` of what `one()` gave.
    NEVER_NONE = "never none"
    #: Handed to JSON.
    ENCODED = "encoded"


@dataclass(frozen=True, slots=True)
class RowMisused(Event):
    """A Row is used as if it were the entity in it. `result` is where the Row came from.

    `name` is the attribute, the method of a session, or the class that is concerned. `iterated`: the Row came out of a
    list of rows or a loop. `chained`: the attribute follows the fetch in the same expression.
    """

    row: Row
    name: str
    result: ResultState
    how: Misuse
    iterated: bool
    chained: bool


@dataclass(frozen=True, slots=True)
class RowOperated(Event):
    """A Row of one value is compared, tested or computed with, as if it were that value.

    `raises`: TypeError; otherwise the result is wrong in silence. `certain` is False if the other side is not known.
    """

    row: Row
    result: ResultState
    how: Misuse
    raises: bool
    certain: bool = True


@dataclass(frozen=True, slots=True)
class RowMissing(Event):
    """An attribute follows a fetch that gives None where there is no row; `name` exists on the Row."""

    row: Row
    name: str
    result: ResultState


@dataclass(frozen=True, slots=True)
class EntityIndexed(Event):
    """A mapped instance, or a number, is indexed or unpacked as if it were a Row.

    `state` is None for a number; `index` is None where it is unpacked.
    """

    entity: Value
    state: ObjectState | None
    index: ast.expr | None


@dataclass(frozen=True, slots=True)
class Fetched(Event):
    """Rows are fetched from a result by `method`."""

    result: ResultState
    method: str
    reference: ResultRef | None = None
    #: The joined collection that makes `unique()` necessary, as a path from its entity; empty if there is none.
    needs_unique: tuple[str, ...] = ()


class Wrong(str, Enum):
    """What is wrong with the use of a result. All but EXHAUSTED and TESTED raise."""

    #: All rows were fetched before, so there are none: `[]` or None.
    EXHAUSTED = "exhausted"
    #: The same, for a method that wants a row.
    NO_ROW = "no_row"
    #: `first()` and the like closed it.
    CLOSED = "closed"
    #: INSERT, UPDATE or DELETE without RETURNING.
    ROWLESS = "rowless"
    #: No such method or attribute.
    MISSING = "missing"
    INDEXED = "indexed"
    MEASURED = "measured"
    #: Asked for its truth, which is always true.
    TESTED = "tested"


@dataclass(frozen=True, slots=True)
class ResultMisused(Event):
    """A result is asked for what it has not: `name` is the method or attribute, `consumed_at` the first fetch."""

    result: ResultState
    name: str
    how: Wrong
    handle: int


@dataclass(frozen=True, slots=True)
class NotAwaited(Event):
    """Something is done with a coroutine of an AsyncSession, or of a streamed result, that was not awaited.

    `used_as`: read, iterated, indexed, measured, compared, tested, computed, or dropped where nothing is done at all.
    `call` is the call that made it.
    """

    method: str
    used_as: str
    call: ast.Call
    #: The session or streamed result.
    handle: int


@dataclass(frozen=True, slots=True)
class StatementRun(Event):
    """A statement goes to a session or connection by `method`."""

    session: SessionState | None
    method: str
    statement: Value
    arguments: Arguments
    call: ast.Call


@dataclass(frozen=True, slots=True)
class QueryFetched(Event):
    """A Query or an executed select is fetched by `method`.

    `via` is "query", or the session's method that ran the statement and what its result gives ("execute/rows",
    "scalars/scalars", "scalar/scalars"); `run` is the call of that method.
    """

    statement: Statement
    query: Query | None
    method: str
    via: str
    session: SessionState | None
    run: Site | None = None


@dataclass(frozen=True, slots=True)
class TextBuilt(Event):
    """A string that was put together at run time becomes SQL by `method` ("text", "literal_column", "execute", ...).

    `wrapped` is False where the string itself is executed.
    """

    value: Formatted
    argument: ast.expr
    method: str
    wrapped: bool


@dataclass(frozen=True, slots=True)
class StringRun(Event):
    """A plain string is executed; `raises` names the exception, empty before 2.0."""

    value: Value
    argument: ast.expr
    method: str
    raises: str


@dataclass(frozen=True, slots=True)
class ParametersMisplaced(Event):
    """SQLModel's `exec` is given parameters by position."""

    call: ast.Call
    session: int


@dataclass(frozen=True, slots=True)
class HandlerReached(Event):
    """A handler, or `with suppress(...)`, catches a failure of the database: `world` is how it is entered, `outcomes`
    how it is left, `work` the call that failed, `all_work` every call of the `try` that talks to the database."""

    handler: ast.ExceptHandler | None
    statement: ast.stmt
    work: Work
    all_work: tuple[Work, ...]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class BrokenSessionUsed(Event):
    """A session is used although a flush failed (or, on PostgreSQL, a statement) and nobody rolled back.

    `raises` is the exception; `certain` is False if somebody out of sight may have rolled back.
    """

    handle: int
    state: SessionState
    method: str
    raises: str
    certain: bool


@dataclass(frozen=True, slots=True)
class BrokenSessionLeft(Event):
    """A function hands a session back to its owner although a flush failed and nobody rolled back."""

    handle: int
    state: SessionState


@dataclass(frozen=True, slots=True)
class TransactionOver(Event):
    """`method` needs a transaction, in a block of begin() or begin_nested() whose transaction was ended inside it."""

    session: int
    state: SessionState
    method: str


@dataclass(frozen=True, slots=True)
class BegunTwice(Event):
    """`session.begin()`, on a session whose transaction has begun."""

    session: int
    state: SessionState


@dataclass(frozen=True, slots=True)
class InstanceRefused(Event):
    """`method` is given an instance that the session does not take, as it stands where it does."""

    entity: Entity
    state: ObjectState
    standing: Standing
    session: int
    session_state: SessionState
    method: str


@dataclass(frozen=True, slots=True)
class TransactionLost(Event):
    """`with session.begin():` ends without an exception and without a commit, as a flush failed in it."""

    handle: int
    state: SessionState
