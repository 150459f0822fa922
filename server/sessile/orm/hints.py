"""Names that mean a session where nothing better is known, and the methods that must be called on them."""

from __future__ import annotations

SESSION_NAMES = frozenset({"session", "db_session", "dbsession", "db", "async_session", "sess", "_session", "_db"})
#: Nothing but a session has them, awaited or not.
DECISIVE = frozenset({"execute", "scalars", "scalar", "commit", "flush", "rollback", "refresh", "exec", "merge"})
#: Only an AsyncSession has them.
STREAMS = frozenset({"stream", "stream_scalars"})
#: A session has them as well as much else, and none of them is awaited.
COMMON = frozenset({"add", "query"})
