"""Which calls and reads write pending changes first, and so may fail in their place."""

import pytest
from semantics_world import IS_21, Post, User
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

FLUSHING = {
    "flush": lambda session, _: session.flush(),
    "commit": lambda session, _: session.commit(),
    "execute": lambda session, _: session.execute(select(User)),
    "scalars": lambda session, _: session.scalars(select(User)),
    "scalar": lambda session, _: session.scalar(select(User)),
    "query.all": lambda session, _: session.query(User).all(),
    "query.count": lambda session, _: session.query(User).count(),
    "query.get of an absent object": lambda session, _: session.query(User).get(99),
    "query.update": lambda session, _: session.query(User).update({"bio": "new"}),
    "get of an absent object": lambda session, _: session.get(User, 99),
    "refresh": lambda session, user: session.refresh(user),
    "merge": lambda session, _: session.merge(Post(id=2)),
    "begin_nested": lambda session, _: session.begin_nested(),
    "a lazy load": lambda _, user: user.posts,
    "a deferred column": lambda _, user: user.bio,
    "an expired column": lambda session, user: (session.expire(user), user.name),
}
NOT_FLUSHING = {
    "get of a present object": lambda session, _: session.get(User, 1),
    "query": lambda session, _: session.query(User),
    "query.exists": lambda session, _: session.query(User).exists(),
    "connection": lambda session, _: session.connection(),
    "delete": lambda session, user: session.delete(user),
    "expire": lambda session, user: session.expire(user),
    "expunge": lambda session, user: session.expunge(user),
    "close": lambda session, _: session.close(),
    "bulk_save_objects": lambda session, _: session.bulk_save_objects([Post(title="bulk")]),
    "is_modified": lambda session, user: session.is_modified(user),
}
CORE = {
    "text": lambda session, _: session.execute(text("select 1")),
    "a select of a table": lambda session, _: session.execute(select(User.__table__)),
    "an update of a table": lambda session, _: session.execute(User.__table__.update().values(bio="new")),
}


def _flushed(session, call):
    user, pending = session.get(User, 1), Post(title="new")
    session.add(pending)
    call(session, user)
    return not inspect(pending).pending and not inspect(pending).transient


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("call", FLUSHING.values(), ids=FLUSHING)
def test_it_flushes(session, call):
    assert _flushed(session, call)


@pytest.mark.parametrize("call", NOT_FLUSHING.values(), ids=NOT_FLUSHING)
def test_it_does_not_flush(session, call):
    assert not _flushed(session, call)


@pytest.mark.parametrize("call", CORE.values(), ids=CORE)
def test_a_statement_without_entities_flushes_on_21_only(session, call):
    assert _flushed(session, call) is IS_21


@pytest.mark.parametrize("name", ["execute", "a lazy load", "an expired column"])
def test_without_autoflush_it_does_not(engine, name):
    with Session(engine, autoflush=False) as session:
        assert not _flushed(session, FLUSHING[name])


def test_within_no_autoflush_it_does_not(session):
    with session.no_autoflush:
        assert not _flushed(session, FLUSHING["execute"])


def test_a_read_may_fail_because_of_a_pending_change(session):
    user = session.get(User, 1)
    session.add(User(name="ann"))
    with pytest.raises(IntegrityError):
        _ = user.posts
