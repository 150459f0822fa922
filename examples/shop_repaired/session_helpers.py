"""Helpers that keep mapped objects, rows and sessions apart; one file, to be copied into any project.

They need SQLAlchemy alone (1.4, 2.0, 2.1; SQLModel is SQLAlchemy) and Python 3.10. What always holds:

- What they return is finished: no `Row` of one entity, no open result, no dictionary that still needs its session.
- Errors are never swallowed. What SQLAlchemy would raise is raised, as the same class, with the remedy in the message.
- They never commit: the transaction belongs to whoever opened the session.
- Those that take a session take a `Session`, an `AsyncSession` or a `scoped_session`/`async_scoped_session` of them.
  Given an asynchronous one they return a coroutine: `user = await safe_get(session, User, 1)`.
"""

from __future__ import annotations

import inspect as python_inspect
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn, Protocol, TypeVar, overload

from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError, MissingGreenlet, StatementError
from sqlalchemy.orm import InstanceState, Session
from sqlalchemy.orm.exc import DetachedInstanceError
from sqlalchemy.sql.selectable import GenerativeSelect

if TYPE_CHECKING:
    from sqlalchemy import MetaData
    from sqlalchemy.engine import Result
    from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session
    from sqlalchemy.orm import scoped_session
    from sqlalchemy.sql import Executable

    SyncSession = Session | scoped_session[Any]
    AsynchronousSession = AsyncSession | async_scoped_session[Any]
    AnySession = SyncSession | AsynchronousSession

    class _Declarative(Protocol):
        """What every declarative class has and None has not, so that types tell the two apart."""

        metadata: ClassVar[MetaData]


__all__ = ["get_or_create", "model_to_dict", "query_all", "query_exists", "query_one", "query_scalar", "safe_get"]

_T = TypeVar("_T")
_Awaited = Coroutine[Any, Any, _T]
_ABSENT = object()


@overload
def model_to_dict(model: None, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None) -> None: ...
@overload
def model_to_dict(
    model: _Declarative, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
) -> dict[str, Any]: ...
@overload
def model_to_dict(
    model: object, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
) -> dict[str, Any] | None: ...
def model_to_dict(
    model: object, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
) -> dict[str, Any] | None:
    """Copy a mapped object into a dictionary that outlives the session.

    The keys are the *attribute* names of the mapped columns, `column_property` and subclass columns included; the
    values are what the attributes hold (a `datetime` stays one), lists and dictionaries in them copied. None gives
    None, so that `return model_to_dict(session.get(User, 1))` says "no such row" as `get` does.

    `include` adds attributes to the columns: relationships, deferred columns, hybrids, synonyms, composites,
    association proxies, properties. A related object becomes a dictionary of its columns, a collection a list of them
    (a mapping a dictionary of them). A dotted path goes deeper: "posts.author". An object met again below itself is
    given with its columns only. `exclude` takes the same paths and wins. Either may be one string. A name that no class
    of the hierarchy knows raises AttributeError, in `exclude` too, where a slip of the pen would publish a secret.

    What is not loaded:

    - A deferred column or a relationship is never loaded unasked: it is left out, unless `include` names it.
    - An expired column is loaded, all with one SELECT, while the object is attached to a `Session`; so this works
      straight after `commit()` inside `with Session(...)`.
    - An expired primary key comes from the identity of the object, without SQL.
    - Where loading is impossible it raises `DetachedInstanceError` (the session has ended) or `MissingGreenlet`
      (attached to an `AsyncSession`, where only awaited calls may load: `await session.refresh(obj)` first).
    - On an object that was never flushed, whatever is not set is None.

    Raises TypeError for anything that is not a mapped instance, a `Row` for one.

    https://docs.sqlalchemy.org/en/20/orm/session_state_management.html
    """
    return None if model is None else _to_dict(model, _names(include), _names(exclude), ())


def _names(names: Iterable[str] | None) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names or ())


def _below(names: tuple[str, ...], parent: str) -> tuple[str, ...]:
    """The rest of each dotted path that starts with `parent`."""
    return tuple(name[len(parent) + 1 :] for name in names if name.startswith(f"{parent}."))


def _to_dict(
    model: object, include: tuple[str, ...], exclude: tuple[str, ...], above: tuple[object, ...]
) -> dict[str, Any]:
    state = _state_of(model)
    included = dict.fromkeys(name.partition(".")[0] for name in include)
    for name in (*included, *(name.partition(".")[0] for name in exclude)):
        _check_known(state, name)
    values = _columns(state, exclude)
    if any(model is other for other in above):
        return values
    for name in included:
        if name not in values and name not in exclude and (name in state.dict or _has(state.class_, name)):
            value = _read(state, name)
            values[name] = _plain(value, _below(include, name), _below(exclude, name), (*above, model))
    return values


def _state_of(model: object) -> InstanceState[Any]:
    state = inspect(model, raiseerr=False)
    if isinstance(state, InstanceState):
        return state
    raise TypeError(
        f"model_to_dict() needs an instance of a mapped class and was given {_described(model)}. "
        "Pass the entity itself: `session.scalars(select(Model))` yields entities where `execute` yields rows."
    )


def _described(value: object) -> str:
    return f"the class {value.__name__}" if isinstance(value, type) else f"a {type(value).__name__}"


def _has(class_: type[object], name: str) -> bool:
    return python_inspect.getattr_static(class_, name, _ABSENT) is not _ABSENT


def _check_known(state: InstanceState[Any], name: str) -> None:
    family = (mapper.class_ for mapper in state.mapper.base_mapper.self_and_descendants)
    if name not in state.dict and not any(_has(class_, name) for class_ in family):
        raise AttributeError(
            f"{state.class_.__name__} has no attribute {name!r}, which include or exclude names. Correct the name."
        )


def _columns(state: InstanceState[Any], exclude: tuple[str, ...]) -> dict[str, Any]:
    """The column attributes that are loaded, the expired ones loaded first."""
    mapper, loaded = state.mapper, state.dict
    # `_sa_` is the name space of SQLAlchemy itself: the discriminator of a mapping that gives only an expression.
    wanted = [p for p in mapper.column_attrs if p.key not in exclude and not p.key.startswith("_sa_")]
    if state.key is None:
        return {p.key: _copied(loaded.get(p.key)) for p in wanted}
    keys = (mapper.get_property_by_column(column).key for column in mapper.primary_key)
    identity = dict(zip(keys, state.identity or (), strict=False))
    missing = [p for p in wanted if p.key not in loaded and p.key not in identity and not p.deferred]
    expired = next((p.key for p in missing if p.key in state.expired_attributes), None)
    if expired is not None:
        _read(state, expired)
    # A column that is neither expired nor deferred and yet absent was never set before the flush: it reads as None.
    unset = {p.key: None for p in missing if p.key not in state.expired_attributes and p.key not in state.callables}
    values = {**identity, **unset, **loaded}
    return {p.key: _copied(values[p.key]) for p in wanted if p.key in values}


def _read(state: InstanceState[Any], name: str) -> Any:
    """The value of an attribute; what cannot be loaded raises what SQLAlchemy raises, with the remedy."""
    relationship = state.mapper.relationships.get(name)
    dynamic = relationship is not None and relationship.lazy == "dynamic"
    if dynamic and state.detached:
        _raise_detached(state, name, None)
    try:
        value = getattr(state.obj(), name)
        return list(value) if dynamic else value
    except DetachedInstanceError as error:
        _raise_detached(state, name, error)
    except (MissingGreenlet, StatementError) as error:
        if isinstance(error, MissingGreenlet) or isinstance(error.orig, MissingGreenlet):
            _raise_missing_greenlet(state, name, error)
        raise


def _raise_detached(state: InstanceState[Any], name: str, error: Exception | None) -> NoReturn:
    owner = state.class_.__name__
    if name in state.mapper.column_attrs:
        cure = "Call model_to_dict() before the session ends, or give the session factory expire_on_commit=False."
    else:
        cure = f"Call it before the session ends, or load it with the query: .options(selectinload({owner}.{name}))."
    raise DetachedInstanceError(
        f"{owner}.{name} is not loaded and this {owner} is detached: its session has ended. {cure}", code="bhk3"
    ) from error


def _raise_missing_greenlet(state: InstanceState[Any], name: str, error: Exception) -> NoReturn:
    owner = state.class_.__name__
    if name in state.mapper.column_attrs:
        cure = "Run `await session.refresh(obj)` first"
    else:
        cure = f"Load it with the query, .options(selectinload({owner}.{name}))"
    raise MissingGreenlet(
        f"{owner}.{name} is not loaded and this {owner} belongs to an AsyncSession, which loads nothing without await. "
        f"{cure}, or call `await session.run_sync(lambda _: model_to_dict(obj))`.",
        code="xd2s",
    ) from error


def _plain(value: Any, include: tuple[str, ...], exclude: tuple[str, ...], above: tuple[object, ...]) -> Any:
    """The value of an included attribute, mapped objects in it as dictionaries."""
    if isinstance(inspect(value, raiseerr=False), InstanceState):
        return _to_dict(value, include, exclude, above)
    if python_inspect.isroutine(value):
        raise TypeError(f"{value.__qualname__} is a method, not a value. Include a property or a hybrid_property.")
    if isinstance(value, Mapping):
        return {key: _plain(item, include, exclude, above) for key, item in value.items()}
    if isinstance(value, Collection) and not isinstance(value, (str, bytes, bytearray, memoryview, tuple)):
        return [_plain(item, include, exclude, above) for item in value]
    return value


def _copied(value: Any) -> Any:
    """A column's value; JSON-like containers are copied, so that a change of the result never reaches the object."""
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return set(value) if isinstance(value, set) else value


@overload
def query_one(session: SyncSession, statement: Executable, model_class: type[_T]) -> _T | None: ...
@overload
def query_one(session: SyncSession, statement: Executable, model_class: None = None) -> Any: ...
@overload
def query_one(session: AsynchronousSession, statement: Executable, model_class: type[_T]) -> _Awaited[_T | None]: ...
@overload
def query_one(session: AsynchronousSession, statement: Executable, model_class: None = None) -> _Awaited[Any]: ...
def query_one(session: AnySession, statement: Executable, model_class: type[Any] | None = None) -> Any:
    """The only result of a statement, or None when there is none.

    A statement that selects one thing gives that thing: the entity for `select(User)`, the value for `select(User.id)`
    or `select(func.count())`. One that selects several gives a `Row`. `unique()` is applied where a joined eager load
    of a collection needs it, and only there.

    `model_class` states what is expected and gives the result its type; a result that is not an instance of it raises
    TypeError. It converts nothing: for a dictionary use `model_to_dict`.

    Raises `MultipleResultsFound` when there are several; add `.limit(1)` to the statement to take the first.
    """

    def work(sync_session: Session) -> Any:
        found = _fetch(sync_session, statement).one_or_none()
        return None if found is None else _unwrapped(found, model_class)

    return _run(session, work)


@overload
def query_all(session: SyncSession, statement: Executable, model_class: type[_T]) -> list[_T]: ...
@overload
def query_all(session: SyncSession, statement: Executable, model_class: None = None) -> list[Any]: ...
@overload
def query_all(session: AsynchronousSession, statement: Executable, model_class: type[_T]) -> _Awaited[list[_T]]: ...
@overload
def query_all(session: AsynchronousSession, statement: Executable, model_class: None = None) -> _Awaited[list[Any]]: ...
def query_all(session: AnySession, statement: Executable, model_class: type[Any] | None = None) -> Any:
    """All results of a statement as a list, each as `query_one` gives it; `model_class` means the same."""

    def work(sync_session: Session) -> list[Any]:
        return [_unwrapped(row, model_class) for row in _fetch(sync_session, statement).all()]

    return _run(session, work)


@overload
def query_scalar(session: SyncSession, statement: Executable) -> Any: ...
@overload
def query_scalar(session: AsynchronousSession, statement: Executable) -> _Awaited[Any]: ...
def query_scalar(session: AnySession, statement: Executable) -> Any:
    """The first column of the first row, or None when there is no row: counts, sums, one column of one row."""
    return _run(session, lambda sync_session: sync_session.execute(statement).scalar())


@overload
def query_exists(session: SyncSession, statement: Executable) -> bool: ...
@overload
def query_exists(session: AsynchronousSession, statement: Executable) -> _Awaited[bool]: ...
def query_exists(session: AnySession, statement: Executable) -> Any:
    """Whether a statement finds any row. A `select` is asked by `SELECT EXISTS (...)`, so that nothing is loaded."""

    def work(sync_session: Session) -> bool:
        if isinstance(statement, GenerativeSelect):
            return bool(sync_session.execute(select(statement.exists())).scalar())
        return sync_session.execute(statement).first() is not None

    return _run(session, work)


def _fetch(session: Session, statement: Executable) -> Result[Any]:
    result: Result[Any] = session.execute(statement)
    # SQLAlchemy marks a result that must be made unique by this filter, which raises when a row is fetched, and has no
    # public way to ask. Were the mark renamed, fetching would raise "unique() method must be invoked", never be wrong.
    return result.unique() if getattr(result, "_unique_filter_state", None) else result


def _unwrapped(row: Any, model_class: type[Any] | None) -> Any:
    value = row[0] if len(row) == 1 else row
    if model_class is None or isinstance(value, model_class):
        return value
    raise TypeError(
        f"The statement yields {_described(value)} where {model_class.__name__} is expected. "
        f"Select the entity, `select({model_class.__name__})`, or leave model_class out."
    )


def _run(session: AnySession, work: Callable[[Session], _T]) -> _T | _Awaited[_T]:
    """Do the work now, or return the coroutine that does it on an asynchronous session.

    A scoped session is called for the session it stands for. AsyncSession is not imported, as that needs greenlet.
    """
    actual: Session | AsyncSession = session() if callable(session) else session
    return work(actual) if isinstance(actual, Session) else actual.run_sync(work)


@overload
def safe_get(session: SyncSession, model_class: type[_T], id: object, to_dict: Literal[False] = False) -> _T | None: ...
@overload
def safe_get(
    session: SyncSession, model_class: type[Any], id: object, to_dict: Literal[True]
) -> dict[str, Any] | None: ...
@overload
def safe_get(
    session: AsynchronousSession, model_class: type[_T], id: object, to_dict: Literal[False] = False
) -> _Awaited[_T | None]: ...
@overload
def safe_get(
    session: AsynchronousSession, model_class: type[Any], id: object, to_dict: Literal[True]
) -> _Awaited[dict[str, Any] | None]: ...
def safe_get(session: AnySession, model_class: type[Any], id: object, to_dict: bool = False) -> Any:
    """The object with this primary key, or None: `session.get` for which None is no key and asks no database.

    A composite key is a tuple in the order of the mapping, or a dictionary by attribute. `to_dict=True` gives
    `model_to_dict` of the object, made while the session can load. As with `session.get`, an object that the session
    already holds is returned without SQL, and errors of the database are raised.
    """

    def work(sync_session: Session) -> Any:
        parts = id.values() if isinstance(id, Mapping) else id if isinstance(id, (tuple, list)) else (id,)
        found = None if all(part is None for part in parts) else sync_session.get(model_class, id)
        return model_to_dict(found) if to_dict else found

    return _run(session, work)


@overload
def get_or_create(
    session: SyncSession, model_class: type[_T], /, defaults: Mapping[str, Any] | None = None, **by: Any
) -> tuple[_T, bool]: ...
@overload
def get_or_create(
    session: AsynchronousSession, model_class: type[_T], /, defaults: Mapping[str, Any] | None = None, **by: Any
) -> _Awaited[tuple[_T, bool]]: ...
def get_or_create(
    session: AnySession, model_class: type[Any], /, defaults: Mapping[str, Any] | None = None, **by: Any
) -> Any:
    """The object that matches `by`, made from `by` and `defaults` if there is none: `(object, created)`.

    Safe against others that create the same row at the same time, provided that a unique constraint covers `by`: the
    INSERT runs in a SAVEPOINT, and when it hits the constraint the row of the other is read. The session stays usable
    and nothing is committed. The `IntegrityError` is raised when the row still cannot be seen: it came from another
    constraint, or the isolation level hides what others commit (REPEATABLE READ). `MultipleResultsFound` is raised
    when `by` matches several.

    SQLite through pysqlite or aiosqlite: unless the driver is told to emit BEGIN, a SAVEPOINT that comes before any
    other write is a transaction of its own, and its end a COMMIT that a later `rollback()` does not undo. With BEGIN
    IMMEDIATE that is cured, and concurrent creators wait for each other (with plain BEGIN: "database is locked"):
    https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable
    """
    if not by:
        raise TypeError("get_or_create() has nothing to look for. Name at least one attribute, such as email=email.")

    def work(sync_session: Session) -> tuple[Any, bool]:
        statement = select(model_class).filter_by(**by)
        found = query_one(sync_session, statement)
        if found is not None:
            return found, False
        savepoint = sync_session.begin_nested()  # flushes what is pending, so failures of that are not taken for ours
        try:
            with savepoint:
                created = model_class(**{**by, **(defaults or {})})
                sync_session.add(created)
        except IntegrityError:
            found = query_one(sync_session, statement)
            if found is None:
                raise
            return found, False
        return created, True

    return _run(session, work)
