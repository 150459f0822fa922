"""Every public name of the result classes: what a fetch gives, what it uses up, and whether it needs `unique()`.

The classes do not share one table because they do not share their methods; a scalar result has no `fetchone`.
Source: https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Result
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from sessile.orm.api.tables import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sessile.orm.api.tables import Version

Consumes = Literal["all", "first", "some", "none"]


class Fetch(str, Enum):
    """What the call gives: items as the result has them, a scalar of the first column, another result, or neither."""

    ALL = "all"
    FIRST = "first"
    ONE = "one"
    ONE_OR_NONE = "one_or_none"
    SCALAR = "scalar"
    SCALAR_ONE = "scalar_one"
    SCALAR_ONE_OR_NONE = "scalar_one_or_none"
    ITERATE = "iterate"
    FETCHONE = "fetchone"
    FETCHMANY = "fetchmany"
    PARTITIONS = "partitions"
    SCALARS = "scalars"
    MAPPINGS = "mappings"
    TUPLES = "tuples"
    COLUMNS = "columns"
    UNIQUE = "unique"
    SELF = "self"
    CLOSE = "close"
    FREEZE = "freeze"
    MERGE = "merge"
    PURE = "pure"

    @property
    def many(self) -> bool:
        """Whether a list or an iterator of items comes out; PARTITIONS gives lists of items."""
        return self in (Fetch.ALL, Fetch.ITERATE, Fetch.FETCHMANY, Fetch.PARTITIONS)

    @property
    def optional(self) -> bool:
        """Whether None comes out when there is no row."""
        return self in (Fetch.FIRST, Fetch.ONE_OR_NONE, Fetch.SCALAR, Fetch.SCALAR_ONE_OR_NONE, Fetch.FETCHONE)

    @property
    def scalar(self) -> bool:
        """Whether the first column alone comes out."""
        return self in (Fetch.SCALAR, Fetch.SCALAR_ONE, Fetch.SCALAR_ONE_OR_NONE)

    @property
    def result(self) -> bool:
        """Whether another view of the same rows comes out."""
        return self in (Fetch.SCALARS, Fetch.MAPPINGS, Fetch.TUPLES, Fetch.COLUMNS, Fetch.UNIQUE, Fetch.SELF)


@dataclass(frozen=True, slots=True)
class ResultMethod:
    """One public name of a result class.

    `consumes`: which rows are gone afterwards ("first" drops the rest as well, "some" leaves the rest). `closes`: a
    later fetch raises `ResourceClosedError`, where without it a later fetch finds no rows. `needs_unique`: on 2.x it
    raises `InvalidRequestError` when a collection was loaded by a joined eager load and `unique()` was not called.
    """

    name: str
    fetch: Fetch
    consumes: Consumes = "none"
    closes: bool = False
    needs_unique: bool = False
    awaits: bool = False
    attribute: bool = False
    since: Version | None = None
    until: Version | None = None


_ROWS = (
    ResultMethod("__iter__", Fetch.ITERATE, "all", needs_unique=True),
    ResultMethod("__next__", Fetch.ITERATE, "some", needs_unique=True),
    ResultMethod("__aiter__", Fetch.ITERATE, "all", needs_unique=True),
    ResultMethod("__anext__", Fetch.ITERATE, "some", needs_unique=True),
    ResultMethod("all", Fetch.ALL, "all", needs_unique=True),
    ResultMethod("close", Fetch.CLOSE, "all", closes=True),
    ResultMethod("closed", Fetch.PURE, attribute=True),
    ResultMethod("columns", Fetch.COLUMNS),
    ResultMethod("fetchall", Fetch.ALL, "all", needs_unique=True),
    ResultMethod("fetchmany", Fetch.FETCHMANY, "some", needs_unique=True),
    ResultMethod("fetchone", Fetch.FETCHONE, "some", needs_unique=True),
    ResultMethod("first", Fetch.FIRST, "first", closes=True),
    ResultMethod("freeze", Fetch.FREEZE, "all"),
    ResultMethod("keys", Fetch.PURE),
    ResultMethod("mappings", Fetch.MAPPINGS),
    ResultMethod("merge", Fetch.MERGE),
    ResultMethod("one", Fetch.ONE, "first", closes=True, needs_unique=True),
    ResultMethod("one_or_none", Fetch.ONE_OR_NONE, "first", closes=True, needs_unique=True),
    ResultMethod("partitions", Fetch.PARTITIONS, "all", needs_unique=True),
    ResultMethod("scalar", Fetch.SCALAR, "first", closes=True),
    ResultMethod("scalar_one", Fetch.SCALAR_ONE, "first", closes=True, needs_unique=True),
    ResultMethod("scalar_one_or_none", Fetch.SCALAR_ONE_OR_NONE, "first", closes=True, needs_unique=True),
    ResultMethod("scalars", Fetch.SCALARS),
    ResultMethod("t", Fetch.TUPLES, attribute=True, since=(2, 0)),
    ResultMethod("tuples", Fetch.TUPLES, since=(2, 0)),
    ResultMethod("unique", Fetch.UNIQUE),
    ResultMethod("yield_per", Fetch.SELF),
)
_KNOWN = {row.name: row for row in _ROWS}
_SHARED = (
    *names("__iter__ __next__ all close closed fetchall fetchmany"),
    *names("first one one_or_none partitions unique yield_per"),
)
_COROUTINES = frozenset(
    names("""
    all close fetchall fetchmany fetchone first freeze one one_or_none scalar scalar_one scalar_one_or_none __anext__
    """)
)
_ASYNCHRONOUS = {"__iter__": "__aiter__", "__next__": "__anext__"}


def _table(listed: Iterable[str]) -> Mapping[str, ResultMethod]:
    return MappingProxyType({name: _KNOWN[name] for name in listed})


def _asynchronous(table: Mapping[str, ResultMethod]) -> dict[str, ResultMethod]:
    listed = [_ASYNCHRONOUS.get(name, name) for name in table]
    return {name: replace(_KNOWN[name], awaits=name in _COROUTINES) for name in listed}


RESULT = _table(
    [
        *_SHARED,
        *names("columns fetchone freeze keys mappings merge scalar scalar_one scalar_one_or_none scalars t tuples"),
    ]
)
SCALAR_RESULT = _table(_SHARED)
MAPPING_RESULT = _table([*_SHARED, "columns", "fetchone", "keys"])
ASYNC_RESULT: Mapping[str, ResultMethod] = MappingProxyType(
    {
        **{name: row for name, row in _asynchronous(RESULT).items() if name != "merge"},
        "fetchall": replace(_KNOWN["fetchall"], awaits=True, since=(2, 0)),
    }
)
ASYNC_SCALAR_RESULT: Mapping[str, ResultMethod] = MappingProxyType(_asynchronous(SCALAR_RESULT))
ASYNC_MAPPING_RESULT: Mapping[str, ResultMethod] = MappingProxyType(_asynchronous(MAPPING_RESULT))
"""`AsyncSession.execute` and `scalars` give the synchronous, buffered classes; only `stream` gives these."""

CURSOR_ATTRIBUTES = frozenset(
    names("""
    context connection cursor cursor_strategy dialect inserted_primary_key inserted_primary_key_rows is_insert
    last_inserted_params last_updated_params lastrow_has_defaults lastrowid out_parameters postfetch_cols prefetch_cols
    returned_defaults returned_defaults_rows returns_rows rowcount splice_horizontally splice_vertically
    supports_sane_multi_rowcount supports_sane_rowcount
    """)
)
"""What `CursorResult`, the result of DML and of `Connection.execute`, has besides the names in RESULT."""
