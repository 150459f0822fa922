"""Which instances the methods of a session refuse, by where the instance stands; the refusal is an InvalidRequestError.

1.4, 2.0 and 2.1 agree, and so do Session and AsyncSession: `tests/semantics/test_membership.py` tries every pair.
Source: https://docs.sqlalchemy.org/en/20/orm/session_state_management.html
"""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.orm.api.session import Effect

if TYPE_CHECKING:
    from collections.abc import Mapping


class Standing(str, Enum):
    """Where an instance stands, as seen from a session."""

    TRANSIENT = "transient"
    PENDING = "pending"
    PERSISTENT = "persistent"
    #: Given to `delete`, and not flushed yet.
    MARKED = "marked for deletion"
    #: Its DELETE was sent in the transaction that is still open.
    DELETED = "deleted"
    #: Its deletion was committed.
    GONE = "gone"
    DETACHED = "detached"
    #: In another session, which is still there.
    ELSEWHERE = "in another session"


_NOT_HERE = frozenset({Standing.TRANSIENT, Standing.GONE, Standing.DETACHED, Standing.ELSEWHERE})
_NOT_PERSISTENT = _NOT_HERE | {Standing.PENDING, Standing.DELETED}
_NO_ROW = frozenset({Standing.TRANSIENT, Standing.PENDING, Standing.ELSEWHERE})
_TAKEN = frozenset({Standing.DELETED, Standing.GONE, Standing.ELSEWHERE})

#: A refresh of what is marked sends the DELETE first, unless autoflush is off, and then finds no row.
REFUSES: Mapping[Effect, frozenset[Standing]] = MappingProxyType(
    {
        Effect.ADD: _TAKEN,
        Effect.ADD_ALL: _TAKEN,
        Effect.DELETE: _NO_ROW,
        Effect.DELETE_ALL: _NO_ROW,
        Effect.EXPIRE: _NOT_PERSISTENT,
        Effect.EXPUNGE: _NOT_HERE,
        Effect.MERGE: frozenset(),
        Effect.MERGE_ALL: frozenset(),
        Effect.REFRESH: _NOT_PERSISTENT | {Standing.MARKED},
    }
)
