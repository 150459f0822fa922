"""Every public name of the session classes, with what it does to the session and to the objects in it.

A name that a table lacks is unknown to every supported release: `tests/orm/test_api.py` walks the installed classes.
Source: https://docs.sqlalchemy.org/en/20/orm/session_api.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.orm.api.tables import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sessile.orm.api.tables import Version


class Effect(str, Enum):
    """What a call does; PURE neither changes state nor runs SQL."""

    ADD = "add"
    ADD_ALL = "add_all"
    DELETE = "delete"
    DELETE_ALL = "delete_all"
    MERGE = "merge"
    MERGE_ALL = "merge_all"
    FLUSH = "flush"
    COMMIT = "commit"
    ROLLBACK = "rollback"
    CLOSE = "close"
    CLOSE_ALL = "close_all"
    RESET = "reset"
    INVALIDATE = "invalidate"
    REMOVE = "remove"
    BEGIN = "begin"
    BEGIN_NESTED = "begin_nested"
    PREPARE = "prepare"
    REFRESH = "refresh"
    EXPIRE = "expire"
    EXPIRE_ALL = "expire_all"
    EXPUNGE = "expunge"
    EXPUNGE_ALL = "expunge_all"
    GET = "get"
    GET_ONE = "get_one"
    EXECUTE = "execute"
    SCALARS = "scalars"
    SCALAR = "scalar"
    EXEC = "exec"
    QUERY = "query"
    STREAM = "stream"
    STREAM_SCALARS = "stream_scalars"
    RUN_SYNC = "run_sync"
    NO_AUTOFLUSH = "no_autoflush"
    BULK_WRITE = "bulk_write"
    CONNECTION = "connection"
    ENABLE_LOADING = "enable_relationship_loading"
    CONFIGURE = "configure"
    PURE = "pure"


@dataclass(frozen=True, slots=True)
class Method:
    """One public name of a session class.

    `awaits`: a coroutine, so the effect happens when it is awaited. `awaitable`: a context manager that may also be
    awaited. `io`: may run SQL or give up a connection now, the autoflush included. `autoflush`: writes pending changes
    before its SQL, unless autoflush is off; before a statement without entities (`text`, a table) on 2.1 only.
    `attribute`: read, not called.
    """

    name: str
    effect: Effect
    awaits: bool = False
    awaitable: bool = False
    io: bool = False
    autoflush: bool = False
    attribute: bool = False
    since: Version | None = None
    until: Version | None = None


_ROWS = (
    Method("aclose", Effect.CLOSE, io=True, since=(2, 0, 20)),
    Method("add", Effect.ADD),
    Method("add_all", Effect.ADD_ALL),
    Method("begin", Effect.BEGIN),
    Method("begin_nested", Effect.BEGIN_NESTED, io=True),
    Method("bulk_insert_mappings", Effect.BULK_WRITE, io=True),
    Method("bulk_save_objects", Effect.BULK_WRITE, io=True),
    Method("bulk_update_mappings", Effect.BULK_WRITE, io=True),
    Method("close", Effect.CLOSE, io=True),
    Method("close_all", Effect.CLOSE_ALL, io=True),
    Method("commit", Effect.COMMIT, io=True),
    Method("configure", Effect.CONFIGURE),
    Method("connection", Effect.CONNECTION, io=True),
    Method("delete", Effect.DELETE, io=True),
    Method("delete_all", Effect.DELETE_ALL, io=True, since=(2, 1)),
    Method("enable_relationship_loading", Effect.ENABLE_LOADING),
    Method("exec", Effect.EXEC, io=True, autoflush=True),
    Method("execute", Effect.EXECUTE, io=True, autoflush=True),
    Method("expire", Effect.EXPIRE),
    Method("expire_all", Effect.EXPIRE_ALL),
    Method("expunge", Effect.EXPUNGE),
    Method("expunge_all", Effect.EXPUNGE_ALL),
    Method("flush", Effect.FLUSH, io=True),
    Method("get", Effect.GET, io=True, autoflush=True),
    Method("get_one", Effect.GET_ONE, io=True, autoflush=True, since=(2, 0, 22)),
    Method("invalidate", Effect.INVALIDATE, io=True),
    Method("merge", Effect.MERGE, io=True, autoflush=True),
    Method("merge_all", Effect.MERGE_ALL, io=True, autoflush=True, since=(2, 1)),
    Method("no_autoflush", Effect.NO_AUTOFLUSH, attribute=True),
    Method("prepare", Effect.PREPARE, io=True),
    Method("query", Effect.QUERY),
    Method("refresh", Effect.REFRESH, io=True, autoflush=True),
    Method("remove", Effect.REMOVE, io=True),
    Method("reset", Effect.RESET, io=True, since=(2, 0, 22)),
    Method("rollback", Effect.ROLLBACK, io=True),
    Method("run_sync", Effect.RUN_SYNC, io=True),
    Method("scalar", Effect.SCALAR, io=True, autoflush=True),
    Method("scalars", Effect.SCALARS, io=True, autoflush=True, since=(1, 4, 24)),
    Method("stream", Effect.STREAM, io=True, autoflush=True),
    Method("stream_scalars", Effect.STREAM_SCALARS, io=True, autoflush=True, since=(1, 4, 24)),
)
#: Methods that talk to the database; `delete` only does so to load what it deletes as well.
WORKING = frozenset(row.name for row in _ROWS if row.io and row.name != "delete")
_PURE_METHODS = names("""
    bind_mapper bind_table get_bind get_nested_transaction get_transaction identity_key in_nested_transaction
    in_transaction is_modified object_session query_property
""")
_PURE_ATTRIBUTES = names("""
    autoflush bind connection_callable deleted dirty dispatch enable_baked_queries expire_on_commit hash_key
    identity_map info is_active new registry session_factory sync_session sync_session_class twophase
""")
_KNOWN = {
    **{row.name: row for row in _ROWS},
    **{name: Method(name, Effect.PURE) for name in _PURE_METHODS},
    **{name: Method(name, Effect.PURE, attribute=True) for name in _PURE_ATTRIBUTES},
    "autobegin": Method("autobegin", Effect.PURE, attribute=True, since=(2, 0)),
    "autocommit": Method("autocommit", Effect.PURE, attribute=True, until=(2, 0)),
    "binds": Method("binds", Effect.PURE, attribute=True, since=(2, 1)),
    "execution_options": Method("execution_options", Effect.PURE, attribute=True, since=(2, 1)),
    "future": Method("future", Effect.PURE, attribute=True, until=(2, 0)),
    "get_async_bind": Method("get_async_bind", Effect.PURE, since=(2, 1)),
    "join_transaction_mode": Method("join_transaction_mode", Effect.PURE, attribute=True, since=(2, 0)),
    "transaction": Method("transaction", Effect.PURE, attribute=True, until=(2, 0)),
}

_EVERYWHERE = names("""
    add add_all autoflush begin begin_nested bind binds close commit connection delete delete_all deleted dirty
    execute execution_options expire expire_all expunge expunge_all flush get get_bind get_one identity_key identity_map
    info is_active is_modified merge merge_all new no_autoflush object_session refresh reset rollback scalar scalars
""")
_SYNC = ["bulk_insert_mappings", "bulk_save_objects", "bulk_update_mappings", "close_all", "query"]
_ASYNC = ["aclose", "close_all", "get_async_bind", "invalidate", "stream", "stream_scalars"]
_TRANSACTIONS = ["get_nested_transaction", "get_transaction", "in_nested_transaction", "in_transaction"]
_REGISTRY = ["configure", "registry", "remove", "session_factory"]
_COROUTINES = frozenset(
    names("""
    aclose close close_all commit connection delete delete_all exec execute flush get get_one invalidate merge merge_all
    refresh remove reset rollback run_sync scalar scalars stream stream_scalars
    """)
)


def _table(listed: Iterable[str], *changed: Method) -> Mapping[str, Method]:
    return MappingProxyType({name: _KNOWN[name] for name in listed} | {row.name: row for row in changed})


def _asynchronous(table: Mapping[str, Method]) -> Mapping[str, Method]:
    awaitable = {"begin", "begin_nested"}
    return MappingProxyType(
        {
            name: replace(row, awaits=name in _COROUTINES, awaitable=name in awaitable, io=row.io and name != "begin")
            for name, row in table.items()
        }
    )


SESSION = _table(
    [
        *_EVERYWHERE,
        *_SYNC,
        *_TRANSACTIONS,
        *names("autobegin autocommit bind_mapper bind_table connection_callable dispatch enable_baked_queries"),
        *names("enable_relationship_loading expire_on_commit future hash_key invalidate"),
        *names("join_transaction_mode prepare transaction twophase"),
    ],
    replace(_KNOWN["close_all"], until=(2, 1)),
)
SCOPED_SESSION = _table(
    [*_EVERYWHERE, *_SYNC, *_REGISTRY, "autocommit", "query_property"],
    replace(_KNOWN["close_all"], until=(2, 1)),
)
ASYNC_SESSION = _asynchronous(
    _table(
        [*_EVERYWHERE, *_ASYNC, *_TRANSACTIONS, *names("dispatch run_sync sync_session sync_session_class")],
        replace(_KNOWN["bind_mapper"], since=(2, 1)),
        replace(_KNOWN["bind_table"], since=(2, 1)),
        replace(_KNOWN["dispatch"], until=(2, 0)),
    )
)
ASYNC_SCOPED_SESSION = _asynchronous(_table([*_EVERYWHERE, *_ASYNC, *_REGISTRY]))

SQLMODEL_SESSION: Mapping[str, Method] = MappingProxyType({**SESSION, "exec": _KNOWN["exec"]})
SQLMODEL_ASYNC_SESSION: Mapping[str, Method] = MappingProxyType(
    {**ASYNC_SESSION, "exec": replace(_KNOWN["exec"], awaits=True)}
)
