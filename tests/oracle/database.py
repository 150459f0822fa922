"""Makes the database fail at one of the operations that a program asks of it, as a database may at any time.

An INSERT, UPDATE, DELETE and a COMMIT violate a constraint, other statements find the database gone. Savepoints and
rollbacks are not counted: no program is written as if they failed.
"""

from __future__ import annotations

import contextlib

from sqlalchemy import event, exc
from sqlalchemy.engine import Engine

WRITES = ("INSERT", "UPDATE", "DELETE")
UNCOUNTED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")
EVENTS = ("do_execute", "do_execute_no_params", "do_executemany")


class Failing:
    """Counts the operations of a run; the one with the number `at` fails, none if it is 0."""

    def __init__(self, at):
        self.at = at
        self.count = 0
        self.cause = None

    @property
    def failed(self):
        """Whether there was such an operation."""
        return self.cause is not None

    def made(self, error):
        """Whether an exception is the failure that was made, or was raised from it."""
        while error is not None and self.failed:
            if error is self.cause or getattr(error, "orig", None) is self.cause:
                return True
            error = error.__cause__
        return False

    @contextlib.contextmanager
    def watching(self):
        """Listens to all engines meanwhile."""
        listeners = {**dict.fromkeys(EVENTS, self._executing), "commit": self._committing} if self.at else {}
        for name, listener in listeners.items():
            event.listen(Engine, name, listener)
        try:
            yield
        finally:
            for name, listener in listeners.items():
                event.remove(Engine, name, listener)

    def close(self):
        """Let the rest succeed."""
        self.at = 0

    def _executing(self, _cursor, statement, *rest):
        words = statement.lstrip().upper()
        if words.startswith(UNCOUNTED) or not self._now():
            return
        errors = rest[-1].dialect.dbapi
        self.cause = (errors.IntegrityError if words.startswith(WRITES) else errors.OperationalError)("made to fail")
        raise self.cause

    def _committing(self, connection):
        if self._now():
            self.cause = connection.dialect.dbapi.IntegrityError("made to fail")
            raise exc.IntegrityError("COMMIT", None, self.cause)

    def _now(self):
        self.count += 1
        return self.count == self.at
