"""Finds the sessions that end with writes that nobody committed, and nobody rolled back on purpose either.

A session is asked when it closes or is dropped, and at the end of the program if it is still there then: what it has
sent and not committed, and what it would still have flushed. `lost` and `discarded` say whether any session was like
that; a change that is discarded was refreshed, expired or expunged away before anybody could commit it, or rolled back
with a SAVEPOINT. `left_open` says whether a session still holds a transaction when the run is over.
"""

from __future__ import annotations

import contextlib
import weakref

from sqlalchemy import event
from sqlalchemy.orm import Session

DISCARDING = ("expunge", "expunge_all", "refresh", "expire", "expire_all")


class Ledger:
    """What is known of one session; it outlives the session."""

    def __init__(self, session):
        self.sent = False
        self.before = {}
        self.look(session)

    def look(self, session):
        """Where the session keeps what it would flush; expunge_all() makes it anew."""
        self.new, self.deleted = session._new, session._deleted
        self.identities = session.identity_map

    def pending(self):
        """Whether a dropped session had something to flush."""
        return bool(self.new or self.deleted) or any(state.committed_state for state in self.identities._modified)


class Writes:
    """Watches all sessions of one run."""

    def __init__(self):
        self.ledgers = weakref.WeakKeyDictionary()
        self.lost = False
        self.discarded = False
        self.left_open = False

    def sent(self):
        """An INSERT, UPDATE or DELETE goes to the database."""
        for session, ledger in list(self.ledgers.items()):
            if session.in_transaction():
                ledger.sent = True

    @contextlib.contextmanager
    def watching(self):
        """Listens to what sessions do meanwhile."""
        originals = {name: getattr(Session, name) for name in ("__init__", "_close_impl", "rollback", *DISCARDING)}
        after = {
            "__init__": self._made,
            "rollback": self._rolled_back,
            "expunge_all": self._emptied,
        }
        before = {"_close_impl": self._closing, **dict.fromkeys(DISCARDING, self._discarding)}
        for name, original in originals.items():
            setattr(Session, name, _around(original, before.get(name), after.get(name)))
        event.listen(Session, "after_commit", self._committed)
        event.listen(Session, "after_rollback", self._rolled_back)
        event.listen(Session, "after_soft_rollback", self._undone)
        event.listen(Session, "after_transaction_create", self._begun)
        try:
            yield
        finally:
            event.remove(Session, "after_commit", self._committed)
            event.remove(Session, "after_rollback", self._rolled_back)
            event.remove(Session, "after_soft_rollback", self._undone)
            event.remove(Session, "after_transaction_create", self._begun)
            for name, original in originals.items():
                setattr(Session, name, original)

    def look(self):
        """The program is over: which sessions were never closed?"""
        self.left_open = any(session.in_transaction() for session in list(self.ledgers))

    def close(self):
        """Nobody commits any more what sessions still hold."""
        for session in list(self.ledgers):
            self._closing(session)

    def _made(self, session):
        ledger = self.ledgers[session] = Ledger(session)
        weakref.finalize(session, self._dropped, ledger)

    def _dropped(self, ledger):
        self.lost |= ledger.sent or ledger.pending()

    def _committed(self, session):
        if session in self.ledgers and not session._transaction.nested:
            self.ledgers[session].sent = False

    def _rolled_back(self, session):
        if session in self.ledgers and not (session._transaction and session._transaction.nested):
            self.ledgers[session].sent = False

    def _begun(self, session, transaction):
        if transaction.nested and session in self.ledgers:
            self.ledgers[session].before[transaction] = self.ledgers[session].sent

    def _undone(self, session, transaction):
        if transaction.nested:
            self.discarded = True
            if session in self.ledgers:
                self.ledgers[session].sent = self.ledgers[session].before.get(transaction, False)

    def _discarding(self, session):
        self.discarded |= _unflushed(session)

    def _emptied(self, session):
        if session in self.ledgers:
            self.ledgers[session].look(session)

    def _closing(self, session):
        ledger = self.ledgers.get(session)
        if ledger is not None:
            self.lost |= ledger.sent or _unflushed(session)
            ledger.sent = False


def _unflushed(session):
    return bool(session.new or session.deleted or any(session.is_modified(one) for one in session.dirty))


def _around(original, before, after):
    def around(session, *args, **kwargs):
        if before is not None:
            before(session)
        result = original(session, *args, **kwargs)
        if after is not None:
            after(session)
        return result

    return around
