"""One way in which a function may run: the variables, and the state of every object and session.

A world is one path. Analysis keeps several worlds side by side instead of blurring them into one, so what a world says
is what some path really does; where there would be too many, worlds are dropped: a bug may be missed, none is made up.
State objects are immutable and shared between worlds; a world copies only its dictionaries.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from sessile.flow.frames import EMPTY, Frame
from sessile.flow.options import SessionOptions
from sessile.flow.records import record, replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sessile.flow.choices import Choices, Handle
    from sessile.flow.concurrency import Use
    from sessile.flow.scopes import Scope
    from sessile.flow.story import Site, Step, Story
    from sessile.flow.values import LoaderOption, Statement, Value
    from sessile.orm.mapped import ClassFacts


class Life(str, Enum):
    """SQLAlchemy's object states (DELETED is flushed, not committed), and UNKNOWN for what came from out of sight."""

    TRANSIENT = "transient"
    PENDING = "pending"
    PERSISTENT = "persistent"
    DELETED = "deleted"
    DETACHED = "detached"
    UNKNOWN = "unknown"


class Status(str, Enum):
    """Whether an attribute's value is in memory."""

    LOADED = "loaded"
    UNLOADED = "unloaded"
    DEFERRED = "deferred"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@record(frozen=True, slots=True)
class ObjectState:
    """A mapped instance. `columns` is the status of every column that `attributes` does not name."""

    facts: ClassFacts | None
    life: Life
    session: Handle | None = None
    columns: Status = Status.LOADED
    relationships: Status = Status.UNLOADED
    attributes: Mapping[str, Status] = field(default_factory=lambda: MappingProxyType({}))
    values: Mapping[str, Value] = field(default_factory=lambda: EMPTY)
    options: tuple[LoaderOption, ...] = ()
    #: Those of the query that overwrote it by `populate_existing`, which its relationships follow until it expires.
    overwritten: tuple[LoaderOption, ...] | None = None
    #: Flushed for the first time in the transaction that is still open: a rollback makes it transient again.
    new: bool = False
    #: False once something out of sight may have changed the state.
    certain: bool = True
    #: What the object was before an expiry that may not have happened.
    kept: ObjectState | None = field(default=None, compare=False)
    #: False where a query's loader options were not all understood.
    options_known: bool = True
    #: What `merge` gave for a key that may have no row yet; it is pending then.
    perhaps_new: bool = False
    #: Made by its constructor here, so what it did not set is unset.
    constructed: bool = False
    #: Expunged while it was new, and nothing was added or changed since that could have taken it along.
    apart: bool = False
    #: Refreshed as a whole after a commit, and not expired since.
    refreshed: bool = False
    #: The primary key as the source spells it, where the object was fetched by `get`.
    identity: str = ""
    #: The loop of whose collection it is an element.
    item: Site | None = field(default=None, compare=False)
    #: Given to `delete`: the next flush makes it DELETED, and a commit detaches it and leaves it readable.
    deleted: bool = False
    statement: Statement | None = field(default=None, compare=False)
    #: The instance, and its relationship, that this one was loaded through.
    through: tuple[ObjectState, str] | None = field(default=None, compare=False)
    story: Story = field(default=(), compare=False)
    #: The steps that explain the present state.
    expired: Step | None = field(default=None, compare=False)
    #: Where the options of the session whose commit expired it are written: the call of its factory, or its own.
    configured: Site | None = field(default=None, compare=False)
    detached: Step | None = field(default=None, compare=False)
    #: Where it was changed since its row was read or written, and in which attributes.
    dirty: Site | None = field(default=None, compare=False)
    altered: frozenset[str] = field(default=frozenset(), compare=False)


class Openness(str, Enum):
    """Whether a session is in use; UNKNOWN for one that somebody else may have closed."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Owner(str, Enum):
    """Who decides when the session ends."""

    LOCAL = "local"
    CALLER = "caller"
    SHARED = "shared"
    PROVIDER = "provider"


@record(frozen=True, slots=True)
class Write:
    """A change that a commit would make permanent."""

    site: Site
    text: str
    certain: bool = True
    #: The calls between the function that is analysed and the change, outermost first.
    calls: tuple[Site, ...] = ()
    #: A statement that has been sent, so that an engine in AUTOCOMMIT keeps it.
    sent: bool = False
    #: An attribute was assigned, which people also do to prepare an object for its reader.
    assigned: bool = False


@record(frozen=True, slots=True)
class SessionState:
    """A Session, AsyncSession or scoped registry."""

    asynchronous: bool
    sqlmodel: bool = False
    options: SessionOptions = field(default_factory=SessionOptions)
    owner: Owner = Owner.LOCAL
    openness: Openness = Openness.OPEN
    #: The transaction has begun: the session was used since it was opened, committed or rolled back.
    begun: bool = False
    writes: tuple[Write, ...] = field(default=(), compare=False)
    #: Whether there are writes at all; `writes` itself tells only the story.
    dirty: bool = False
    #: Whether a flush would send something; None if somebody out of sight may have changed that.
    unflushed: bool | None = False
    #: What others had left pending in it before has been written or undone.
    cleared: bool = False
    #: Whether flushed changes wait for a commit.
    flushed: bool = False
    #: A flush failed at `failed`, `handled` caught it, and nobody rolled back since.
    broken: bool = False
    failed: Site | None = field(default=None, compare=False)
    handled: Site | None = field(default=None, compare=False)
    #: The calls between the function that is analysed and the failure, outermost first.
    failed_calls: tuple[Site, ...] = field(default=(), compare=False)
    #: How many of `transactions` were open when it failed, and whether earlier, flushed changes went with it.
    broken_in: int = 0
    lost: bool = False
    #: A statement failed here, after which PostgreSQL ignores all others until a rollback.
    aborted: Site | None = field(default=None, compare=False)
    #: Blocks of `begin()` ("begin") and `begin_nested()` ("savepoint") that are open, outermost first.
    transactions: tuple[str, ...] = ()
    #: So many of these, from the innermost on, were ended inside their own block, at `over_at`: nothing that needs a
    #: transaction works until these blocks end.
    over: int = 0
    over_at: Step | None = field(default=None, compare=False)
    #: A transaction was committed.
    committed: bool = False
    #: A task or thread that may still run uses it, as told in `lent`.
    busy: bool = False
    lent: Use | None = field(default=None, compare=False)
    #: The session of a registry, which makes another one when it was removed.
    scoped: bool = False
    #: Number of `with` blocks that will close the session.
    blocks: int = 0
    #: Its provider ends it without committing what its user wrote; how, if when the function is over it was lent to.
    dropped: bool = False
    until: str = ""
    certain: bool = True
    #: Only a name says that this is a session, so of its class nothing is certain.
    guessed: bool = False
    ended: Step | None = field(default=None, compare=False)
    story: Story = field(default=(), compare=False)
    site: Site | None = field(default=None, compare=False)
    configured: Site | None = field(default=None, compare=False)
    #: Its class, where the workspace defines it.
    facts: ClassFacts | None = field(default=None, compare=False)
    #: The calls between the function that is analysed and the place where the session was opened, outermost first.
    calls: tuple[Site, ...] = field(default=(), compare=False)


@record(frozen=True, slots=True)
class CollectionState:
    """A list, set or dict: `items` in order as far as known, `each` stands for any number of further elements.

    `known` holds what was taken out by a key that is spelled in the source, so that it is the same object next time.
    """

    kind: str
    items: tuple[Value, ...] = ()
    each: Value | None = None
    known: Mapping[str, Value] = field(default_factory=lambda: EMPTY)


@record(frozen=True, slots=True)
class ResultState:
    """A Result. `shape` is "rows", "scalars" or "mappings"; `consumed` is "", "all" or "closed".

    `source` is the result that this one is a view of, as `result.scalars()` is; the rows are used up there.
    """

    shape: str
    columns: tuple[Value, ...]
    session: Handle | None
    statement: Statement
    asynchronous: bool = False
    streamed: bool = False
    unique: bool = False
    #: Told to hand out its rows in portions, which 2.1 does not make unique.
    portions: bool = False
    consumed: str = ""
    consumed_at: Site | None = field(default=None, compare=False)
    via: str = "execute"
    site: Site | None = field(default=None, compare=False)
    #: Sessions counted generations of expiry, so that rows fetched after a commit are known to be expired.
    loaded_before_expiry: bool = False
    source: Handle | None = None


@record(frozen=True, slots=True)
class InstanceState:
    """An instance of a class of the workspace that is not mapped."""

    facts: ClassFacts
    scope: Scope | None
    attributes: Mapping[str, Value] = field(default_factory=lambda: EMPTY)


@record(frozen=True, slots=True)
class Storage:
    """A mapped instance that something longer-lived (`holder`, `target`) holds; `calls` led there, outermost first."""

    handle: Handle
    target: str
    site: Site = field(compare=False)
    holder: Handle | None = None
    calls: tuple[Site, ...] = field(default=(), compare=False)


Attached = list[tuple[int, ObjectState]]
State = ObjectState | SessionState | CollectionState | ResultState | InstanceState
S = TypeVar("S", ObjectState, SessionState, CollectionState, ResultState, InstanceState)


@dataclass(slots=True)
class World:
    """One path through a function and what is true on it.

    Only the innermost frame may be changed; those below are shared with other worlds until they are innermost again.
    """

    frames: list[Frame]
    heap: dict[int, State]
    #: Truth of conditions that were decided on this path, by their source.
    assumed: dict[tuple[int, str], bool]
    #: Instances put where they outlive the function.
    stored: tuple[Storage, ...] = field(default=(), kw_only=True)
    #: What this path gave to names that a function declares `global`, by the module's path and the name.
    globals: dict[tuple[str, str], Value] = field(default_factory=dict, kw_only=True)
    #: Whether something that cannot be told may have ended this path before.
    doubtful: bool = field(default=False, compare=False, kw_only=True)
    choices: Choices | None = field(default=None, compare=False)
    #: Values that a module or an earlier analysis holds; read when the heap does not know a handle.
    shared: Mapping[int, State] = field(default_factory=dict, compare=False)

    def copy(self) -> World:
        frames = [*self.frames[:-1], self.frames[-1].copy()]
        heap, assumed, bound = dict(self.heap), dict(self.assumed), dict(self.globals)
        return World(
            frames, heap, assumed, None, self.shared, stored=self.stored, globals=bound, doubtful=self.doubtful
        )

    def adopt(self, other: World) -> None:
        """Go on as `other`, within the present run of the present statement."""
        self.frames = [*other.frames[:-1], other.frames[-1].copy()]
        self.heap = dict(other.heap)
        self.assumed = dict(other.assumed)
        self.stored = other.stored
        self.globals = dict(other.globals)
        self.doubtful = other.doubtful

    @property
    def frame(self) -> Frame:
        """The frame of the innermost call."""
        return self.frames[-1]

    def leave(self) -> Frame:
        """End the innermost frame and give it back."""
        ended = self.frames.pop()
        if self.assumed:
            over = id(ended.scope)
            self.assumed = {key: truth for key, truth in self.assumed.items() if key[0] != over}
        self.frames[-1] = self.frames[-1].copy()
        return ended

    def state(self, handle: int) -> State | None:
        found = self.heap.get(handle)
        return found if found is not None else self.shared.get(handle)

    def _typed(self, handle: int, kind: type[S]) -> S:
        found = self.state(handle)
        if not isinstance(found, kind):
            raise KeyError(f"{handle} is no {kind.__name__}")
        return found

    def object(self, handle: int) -> ObjectState:
        return self._typed(handle, ObjectState)

    def session(self, handle: int) -> SessionState:
        return self._typed(handle, SessionState)

    def collection(self, handle: int) -> CollectionState:
        return self._typed(handle, CollectionState)

    def result(self, handle: int) -> ResultState:
        return self._typed(handle, ResultState)

    def instance(self, handle: int) -> InstanceState:
        return self._typed(handle, InstanceState)

    def _present(self, handle: int) -> State:
        found = self.state(handle)
        if found is None:
            raise KeyError(handle)
        return found

    def update(self, handle: int, **changes: Any) -> None:
        """Replace fields of the state behind `handle`."""
        self.heap[handle] = replace(self._present(handle), **changes)

    def objects_of(self, session: int) -> Attached:
        """The objects attached to a session."""
        return [
            (handle, state)
            for handle, state in self.heap.items()
            if isinstance(state, ObjectState) and state.session == session
        ]

    def lookup(self, name: str) -> Value | None:
        """A local variable or one of a function around; None where the name is global."""
        frame = self.frame
        return frame.variables[name] if name in frame.variables else frame.closure.get(name)

    def bind(self, name: str, value: Value) -> None:
        """Assign a local variable and forget what was assumed of the old one."""
        self.frame.variables[name] = value
        if self.assumed:
            self.forget(name)

    def forget(self, name: str) -> None:
        """Drop assumptions that mention a name."""
        scope, quoted = id(self.frame.scope), f"'{name}'"
        stale = [key for key in self.assumed if key[0] == scope and quoted in key[1]]
        for key in stale:
            del self.assumed[key]


def deref(world: World, value: Value | None) -> State | None:
    """The state behind a value that has one."""
    handle = getattr(value, "handle", None)
    return world.state(handle) if isinstance(handle, int) else None
