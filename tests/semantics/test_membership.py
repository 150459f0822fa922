"""Which instances a session refuses: the table of `sessile.orm.api.membership`, tried pair by pair."""

import sys
from inspect import isawaitable
from pathlib import Path

import pytest
from semantics_world import User, new_engine, run
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "server"))

from sessile.orm.api.membership import REFUSES, Standing
from sessile.orm.api.session import Effect


def _new(_session, _other):
    return User(name="new")


def _added(session, _other):
    user = User(name="new")
    session.add(user)
    return user


def _flushed(session, other):
    user = _added(session, other)
    session.flush()
    return user


def _taken_back(session, other):
    user = _flushed(session, other)
    session.rollback()
    return user


def _loaded(session, _other):
    return session.get(User, 1)


def _committed(session, other):
    user = _flushed(session, other)
    session.commit()
    return user


def _to_delete(session, _other):
    user = session.get(User, 2)
    session.delete(user)
    return user


def _added_again(session, other):
    user = _to_delete(session, other)
    session.add(user)
    return user


def _deleted(session, other):
    user = _to_delete(session, other)
    session.flush()
    return user


def _not_deleted_after_all(session, other):
    user = _deleted(session, other)
    session.rollback()
    return user


def _deleted_for_good(session, other):
    user = _to_delete(session, other)
    session.commit()
    return user


def _expunged(session, _other):
    user = session.get(User, 1)
    session.expunge(user)
    return user


def _closed(session, _other):
    user = session.get(User, 1)
    session.close()
    return user


def _never_flushed(session, other):
    user = _added(session, other)
    session.close()
    return user


def _of_another(session, other):
    return _loaded(other, session)


def _waiting_in_another(session, other):
    return _added(other, session)


WAYS = {
    _new: Standing.TRANSIENT,
    _taken_back: Standing.TRANSIENT,
    _never_flushed: Standing.TRANSIENT,
    _added: Standing.PENDING,
    _flushed: Standing.PERSISTENT,
    _committed: Standing.PERSISTENT,
    _loaded: Standing.PERSISTENT,
    _added_again: Standing.PERSISTENT,
    _not_deleted_after_all: Standing.PERSISTENT,
    _to_delete: Standing.MARKED,
    _deleted: Standing.DELETED,
    _deleted_for_good: Standing.GONE,
    _expunged: Standing.DETACHED,
    _closed: Standing.DETACHED,
    _of_another: Standing.ELSEWHERE,
    _waiting_in_another: Standing.ELSEWHERE,
}
NAMES = {
    "add": Effect.ADD, "add_all": Effect.ADD_ALL, "delete": Effect.DELETE, "delete_all": Effect.DELETE_ALL,
    "expire": Effect.EXPIRE, "expunge": Effect.EXPUNGE, "merge": Effect.MERGE, "merge_all": Effect.MERGE_ALL,
    "refresh": Effect.REFRESH,
}  # fmt: skip
PAIRS = [(way, name) for way in WAYS for name in NAMES if hasattr(Session, name)]
IDS = [f"{way.__name__[1:]}-{name}" for way, name in PAIRS]


def _called(session, name, user):
    return getattr(session, name)([user] if name.endswith("_all") else user)


@pytest.fixture
def other(engine):
    with Session(engine) as other:
        yield other


@pytest.fixture
def engine():
    engine = new_engine()
    with Session(engine) as session:
        session.add(User(id=2, name="bob"))
        session.commit()
    yield engine
    engine.dispose()


def test_the_table_is_tried_whole():
    assert set(WAYS.values()) == set(Standing)
    assert set(NAMES.values()) == set(REFUSES)


@pytest.mark.parametrize(("way", "name"), PAIRS, ids=IDS)
def test_a_session_refuses_what_the_table_says(session, other, way, name):
    user = way(session, other)
    if WAYS[way] in REFUSES[NAMES[name]]:
        with pytest.raises(InvalidRequestError):
            _called(session, name, user)
    else:
        _called(session, name, user)


@pytest.mark.parametrize(("way", "name"), PAIRS, ids=IDS)
def test_an_async_session_refuses_the_same(way, name):
    def stand(here):
        here.add(User(id=2, name="bob"))
        here.commit()
        others.append(Session(here.get_bind()))
        return way(here, others[0])

    async def refuses(session):
        user = await session.run_sync(stand)
        try:
            given = _called(session, name, user)
            await given if isawaitable(given) else None
        except InvalidRequestError:
            return True
        finally:
            await session.run_sync(lambda _: others[0].close())
        return False

    others = []
    assert run(refuses) is (WAYS[way] in REFUSES[NAMES[name]])


def test_a_refresh_without_autoflush_finds_what_is_only_marked(engine):
    with Session(engine, autoflush=False) as session:
        session.refresh(_to_delete(session, None))
