"""What an expression may be, as far as sessions are concerned.

Values are immutable. What changes over time (the state of an object, a session, a list, a result) lives in the heap of
a `World` and is named here by an integer handle, so two variables that hold the same object see the same state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sessile.flow.records import field, record, replace

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping

    from sessile.flow.choices import Handle
    from sessile.flow.options import SessionOptions
    from sessile.flow.scopes import Scope
    from sessile.flow.story import Site
    from sessile.orm.mapped import ClassFacts


class Value:
    """Base of all abstract values."""

    __slots__ = ()


@record(frozen=True, slots=True)
class Unknown(Value):
    """Anything: every rule is silent about it."""


@record(frozen=True, slots=True)
class Const(Value):
    """A literal: None, a bool, a number or a string."""

    value: object


@record(frozen=True, slots=True)
class Scalar(Value):
    """A plain database value: a column's value or, with `aggregate`, that of `func.count()` and the like.

    `label` is the name that a Row has for it, empty where that cannot be told. `kind` is "number" or "text" where it is
    meant to be that, and "safe" for one of the program's own literals, or what was made a number.
    """

    aggregate: bool = False
    label: str = ""
    kind: str = ""


@record(frozen=True, slots=True)
class Hole:
    """Where a string takes in what is no literal of the program; `many` if a list of such things was joined there,
    `number` if it is declared to be one. `known` is False where nothing is known of it: it may be a literal after all.
    """

    node: ast.expr
    site: Site = field(compare=False)
    many: bool = False
    known: bool = True
    number: bool = False


@record(frozen=True, slots=True)
class Formatted(Value):
    """A string built at run time: literal text, and holes for what was put into it; `node` built it last."""

    node: ast.expr
    pieces: tuple[str | Hole, ...] = ()


@record(frozen=True, slots=True)
class Entity(Value):
    """A mapped instance; `optional` while it may also be None."""

    handle: Handle
    optional: bool = False


@record(frozen=True, slots=True)
class SessionRef(Value):
    """A session; `facade` is the synchronous one that `run_sync` hands to its function."""

    handle: Handle
    facade: bool = False


@record(frozen=True, slots=True)
class TransactionRef(Value):
    """What `session.begin()` and `begin_nested()` return; `owns` the session that `factory.begin()` closes with it."""

    session: Handle
    nested: bool = False
    owns: bool = False


@record(frozen=True, slots=True)
class CollectionRef(Value):
    """A list, set or dict, or one `copied` from it; `view` is "values" or "items" where these methods gave it."""

    handle: Handle
    view: str = ""
    copied: bool = False


@record(frozen=True, slots=True)
class Tuple(Value):
    """A tuple of known length."""

    items: tuple[Value, ...]


@record(frozen=True, slots=True)
class Row(Value):
    """A row of a result; `entity` where its only column is a mapped class."""

    items: tuple[Value, ...]
    names: tuple[str, ...]
    result: Handle
    optional: bool = False
    mapping: bool = False
    #: The fetch that gave it: a method's name, or "iterate"; and where.
    method: str = ""
    site: Site | None = field(default=None, compare=False)


@record(frozen=True, slots=True)
class ResultRef(Value):
    """A Result or ScalarResult; its state is in the heap."""

    handle: Handle


@record(frozen=True, slots=True)
class AttributeRef(Value):
    """`User.name` on the class: a column or relationship in a statement."""

    owner: ClassFacts
    name: str


@record(frozen=True, slots=True)
class Criterion(Value):
    """A comparison in a statement; `column` is compared by `==` with the expression `other`, evaluated to `operand`,
    where both are known. `present`: this is not NULL. `function`: holds a SQL function, which Python cannot run."""

    column: AttributeRef | None = None
    other: ast.expr | None = None
    operand: Value | None = None
    present: AttributeRef | None = None
    function: bool = False


@record(frozen=True, slots=True)
class LoaderOption(Value):
    """`selectinload(User.posts)`: `path` leads from the entity on, or from that of another one if it is `nested`."""

    strategy: str
    path: tuple[str, ...]
    columns: tuple[str, ...] = ()
    children: tuple[LoaderOption, ...] = ()
    wildcard: bool = False
    nested: bool = False
    raises: bool = False


@record(frozen=True, slots=True)
class Statement(Value):
    """A Core or ORM statement under construction. `columns` are those of its rows; DML without RETURNING has none."""

    kind: Literal["select", "insert", "update", "delete", "text", "compound", "other"]
    columns: tuple[Value, ...] = ()
    options: tuple[LoaderOption, ...] = ()
    criteria: tuple[Value, ...] = ()
    #: Names of the methods chained so far, for questions such as "does it lock rows?".
    chain: tuple[str, ...] = ()
    #: Made by SQLModel's `select`; `scalar` if of one thing, which `exec` then unwraps.
    sqlmodel: bool = False
    scalar: bool = False
    site: Site | None = None
    #: What INSERT, UPDATE or DELETE changes; the entity of which a compound select has the columns.
    target: Value | None = None
    #: The SQL of `text("...")`.
    text: str = ""
    #: Attributes that an UPDATE sets to something that only the database can compute.
    computed: tuple[str, ...] = ()
    #: Whether the options are all known; an option from a variable makes every loading state unknown.
    known_options: bool = True


@record(frozen=True, slots=True)
class Query(Value):
    """A legacy `session.query(...)`."""

    session: Handle | None
    statement: Statement


@record(frozen=True, slots=True)
class ClassRef(Value):
    """A class that the workspace defines, mapped or not; `scope` is where its body stands."""

    facts: ClassFacts
    scope: Scope | None = None
    alias: bool = False


@record(frozen=True, slots=True)
class Members(Value):
    """Columns or relationships of a mapped class, all of `names`, as `User.__table__.columns` lists them.

    `part` is "all", "each" for one of them, "name" for its name or "pair" for both. `whole`: a loop takes all in turn.
    """

    names: tuple[str, ...]
    part: Literal["all", "each", "name", "pair"] = "all"
    whole: bool = False


@record(frozen=True, slots=True)
class Instance(Value):
    """An instance of a class of the workspace that is not mapped; its attributes are in the heap."""

    handle: Handle


@record(frozen=True, slots=True, eq=False)
class Function(Value):
    """A function of the workspace, with the variables around it if it is nested."""

    scope: Scope
    receiver: Value | None = None
    closure: Mapping[str, Value] | None = None
    #: Decorated with `contextmanager` or `asynccontextmanager`.
    manager: bool = False
    #: The function that a decorator replaced by this one.
    wraps: Function | None = None

    def bound(self, receiver: Value) -> Function:
        """The same function as a method of `receiver`."""
        return replace(self, receiver=receiver)


@record(frozen=True, slots=True)
class BoundMethod(Value):
    """A method of one of the values above that the interpreter knows by name."""

    receiver: Value
    name: str


@record(frozen=True, slots=True)
class External(Value):
    """Something that the workspace does not define, by its dotted name."""

    name: str


@record(frozen=True, slots=True, eq=False)
class Partial(Value):
    """`functools.partial(callee, ...)`."""

    callee: Value
    arguments: Arguments


@record(frozen=True, slots=True)
class ModuleRef(Value):
    """A module of the workspace by its file; by its directory where it is a package without `__init__.py`."""

    path: str


@record(frozen=True, slots=True)
class Factory(Value):
    """A `sessionmaker` or a session class with options applied; `scoped` registries hand out one shared session."""

    options: SessionOptions
    asynchronous: bool = False
    sqlmodel: bool = False
    scoped: Handle | None = None
    site: Site | None = None
    #: The class of its sessions, where the workspace defines it.
    facts: ClassFacts | None = None


@record(frozen=True, slots=True)
class EngineRef(Value):
    """An Engine or AsyncEngine. `dialect` is empty where its URL is not in sight."""

    asynchronous: bool = False
    dialect: str = ""
    autocommit: bool = False


@record(frozen=True, slots=True)
class Extension(Value):
    """The `db` of Flask-SQLAlchemy: the handle of its session, and its base class if that is the usual one."""

    session: Handle
    model: ClassFacts | None = None


@record(frozen=True, slots=True)
class ConnectionRef(Value):
    """A Connection or AsyncConnection, which knows no entities."""

    asynchronous: bool = False


@record(frozen=True, slots=True, eq=False)
class Coroutine(Value):
    """A call of an async function or method that was not awaited yet."""

    callee: Value
    arguments: Arguments
    node: ast.Call


@record(frozen=True, slots=True, eq=False)
class Generator(Value):
    """A call of a generator function; `manager` if a decorator made it a context manager."""

    callee: Function
    arguments: Arguments
    node: ast.Call
    manager: bool = False


@record(frozen=True, slots=True)
class Closing(Value):
    """`contextlib.closing(session)`: closes it at the end of the block."""

    session: SessionRef


@record(frozen=True, slots=True)
class ExitStack(Value):
    """A `contextlib.ExitStack`; what it closes is in the heap, as a collection."""

    handle: Handle


@record(frozen=True, slots=True, eq=False)
class LazyItems(Value):
    """A generator expression that was not consumed yet."""

    node: ast.GeneratorExp


@record(frozen=True, slots=True)
class Dependency(Value):
    """FastAPI's `Depends(callable)`; `base` is the type inside `Annotated`, `node` is where the callable is named."""

    callee: Value
    base: Value | None = None
    node: ast.AST | None = field(default=None, compare=False)


@record(frozen=True, slots=True)
class Generic(Value):
    """A subscripted type in an annotation: `list[User]`, `Optional[User]`, `AsyncGenerator[Session]`."""

    origin: str
    arguments: tuple[Value, ...]


@record(frozen=True, slots=True)
class SuperRef(Value):
    """`super()` inside a method."""

    receiver: Value
    after: ClassFacts


@record(frozen=True, slots=True, eq=False)
class Arguments:
    """The arguments of a call. `unpacked`: `*args` or `**kwargs` of unknown content were among them; `each` of many."""

    positional: tuple[Value, ...] = ()
    keywords: Mapping[str, Value] = field(default_factory=dict)
    unpacked: bool = False
    each: Value | None = None

    def get(self, index: int, name: str) -> Value | None:
        """The argument at `index` or called `name`; None if it was not given."""
        if name in self.keywords:
            return self.keywords[name]
        return self.positional[index] if index < len(self.positional) else None

    def everything(self) -> tuple[Value, ...]:
        """All argument values."""
        return (*self.positional, *self.keywords.values(), *([] if self.each is None else [self.each]))


UNKNOWN, NONE, SCALAR = Unknown(), Const(None), Scalar()
