"""What a failure does to a session, what ends a transaction, and which changes are lost."""

import asyncio
import inspect as python_inspect

import pytest
from semantics_world import Post, User, new_engine, only_14, variant
from sqlalchemy import JSON, Column, Integer, String, inspect, select, text
from sqlalchemy.exc import IntegrityError, InvalidRequestError, OperationalError, PendingRollbackError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, declarative_base, relationship

DUPLICATE = {"id": 7, "name": "ann"}


def _fail(session, how):
    session.add(User(**DUPLICATE))
    with pytest.raises(IntegrityError):
        how(session)


FAILURES = {
    "flush": lambda session: session.flush(),
    "commit": lambda session: session.commit(),
    "autoflush by execute": lambda session: session.execute(select(Post)),
    "autoflush by query": lambda session: session.query(Post).all(),
}


@pytest.mark.parametrize("how", FAILURES.values(), ids=FAILURES)
def test_after_a_failed_flush_the_session_raises(session, how):
    _fail(session, how)
    with pytest.raises(PendingRollbackError):
        session.execute(select(User))
    with pytest.raises(PendingRollbackError):
        session.commit()


@pytest.mark.parametrize("heal", [Session.rollback, Session.close])
def test_rollback_or_close_heals_it(session, heal):
    _fail(session, FAILURES["flush"])
    heal(session)
    assert session.get(User, 1).name == "ann"


def test_a_failed_plain_execute_leaves_the_session_usable(session):
    with pytest.raises(IntegrityError):
        session.execute(text("insert into user (id) values (1)"))
    assert session.get(User, 1).name == "ann"
    with pytest.raises(OperationalError):
        session.execute(text("select nothing from nowhere"))
    session.commit()


def test_after_a_failed_flush_an_expired_attribute_raises(session):
    user = session.get(User, 1)
    session.expire(user)
    session.add(User(**DUPLICATE))
    with pytest.raises(IntegrityError):
        session.flush()
    with pytest.raises(PendingRollbackError):
        _ = user.name


# ---- savepoints


def test_a_savepoint_heals_the_failure_of_what_was_added_inside_it(session):
    session.get(User, 1)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(User(**DUPLICATE))
    assert session.get(User, 1).name == "ann"
    session.commit()


def test_an_object_added_before_the_savepoint_poisons_the_session(session):
    session.get(User, 1)
    session.add(User(**DUPLICATE))
    with pytest.raises(IntegrityError), session.begin_nested():
        pass
    with pytest.raises(PendingRollbackError):
        session.execute(select(User))


def test_swallowing_the_failure_inside_the_savepoint_and_going_on_raises(session):
    session.get(User, 1)
    with pytest.raises(InvalidRequestError, match="Can't operate on closed transaction"), session.begin_nested():
        session.add(User(**DUPLICATE))
        with pytest.raises(IntegrityError):
            session.flush()
        session.execute(select(User))


# ---- begin, and the end of a transaction within it


@pytest.mark.parametrize(
    "use",
    [lambda session: session.get(User, 1), lambda session: session.add(User(name="x")), Session.begin],
    ids=["get", "add", "begin"],
)
def test_begin_after_any_use_raises(engine, use):
    with Session(engine, future=True) as session:
        use(session)
        with pytest.raises(InvalidRequestError, match="already begun"), session.begin():
            pass


def test_begin_after_a_commit_is_fine(engine):
    with Session(engine, future=True) as session:
        session.get(User, 1)
        session.commit()
        with session.begin():
            session.get(User, 1)


@pytest.mark.parametrize("end", [Session.commit, Session.rollback])
def test_a_session_whose_transaction_was_ended_within_begin_cannot_be_used(engine, end):
    with Session(engine, future=True) as session:
        with pytest.raises(InvalidRequestError, match="Can't operate on closed transaction"), session.begin():
            end(session)
            session.execute(select(User))


@pytest.mark.parametrize("end", [Session.commit, Session.rollback])
def test_a_session_whose_transaction_was_ended_within_begin_nested_cannot_be_used(engine, end):
    with Session(engine, future=True) as session:
        session.get(User, 1)
        with pytest.raises(InvalidRequestError, match="Can't operate on closed transaction"), session.begin_nested():
            end(session)
            session.execute(select(User))


@pytest.mark.parametrize("end", [Session.commit, Session.rollback])
def test_ending_the_transaction_last_within_begin_is_fine(engine, end):
    with Session(engine, future=True) as session:
        with session.begin():
            session.add(User(id=2))
            end(session)
        assert (session.get(User, 2) is not None) is (end is Session.commit)


@only_14
@pytest.mark.parametrize("end", [Session.commit, Session.rollback])
def test_without_future_they_end_only_the_savepoint(engine, end):
    with Session(engine) as session:
        session.get(User, 1)
        with pytest.raises(InvalidRequestError, match="Can't operate on closed transaction"), session.begin_nested():
            end(session)
            session.execute(select(User))
        assert session.in_transaction()


@only_14
def test_without_future_a_close_in_begin_nested_ends_all_transactions(engine):
    with Session(engine) as session:
        session.get(User, 1)
        with pytest.raises(InvalidRequestError, match="Can't operate on closed transaction"), session.begin_nested():
            session.close()
            session.commit()


@only_14
def test_without_future_a_commit_in_begin_nested_only_releases_the_savepoint(engine):
    with Session(engine) as session:
        user = session.get(User, 1)
        with session.begin_nested():
            session.add(User(id=2))
            session.commit()
        assert not inspect(user).expired
        assert session.in_transaction()


@only_14
@pytest.mark.parametrize("end", [Session.commit, Session.rollback])
def test_without_future_a_second_end_is_that_of_the_transaction_around_the_savepoint(engine, end):
    with Session(engine) as session:
        user = session.get(User, 1)
        with pytest.raises(InvalidRequestError, match="Can't operate on closed transaction"), session.begin_nested():
            end(session)
            assert user.name == "ann"
            session.add(User(id=2))
            session.delete(session.get(User, 1))
            session.expunge_all()
            session.add(user)
            session.commit()
            assert user.name == "ann"


@only_14
def test_without_future_a_rollback_in_begin_nested_expires_only_what_changed_in_it(engine):
    with Session(engine) as session:
        user, post, other = session.get(User, 1), session.get(Post, 1), User(id=2)
        session.add(other)
        with session.begin_nested():
            post.title = "changed"
            session.flush()
            session.rollback()
        assert not inspect(user).expired
        assert inspect(post).expired
        assert inspect(other).persistent


BEGINS = {
    "deferred": lambda _, user: user.bio,
    "lazy": lambda _, user: user.posts,
    "assign": lambda _, user: setattr(user, "name", "other"),
    "add": lambda session, _: session.add(User(id=2)),
    "add again": lambda session, user: session.add(user),
    "delete": lambda session, user: session.delete(user),
    "merge": lambda session, _: session.merge(User(id=2)),
    "refresh": lambda session, user: session.refresh(user),
    "get": lambda session, _: session.get(Post, 1),
    "execute": lambda session, _: session.execute(select(User.id)),
    "query": lambda session, _: session.query(User.id).all(),
    "connection": lambda session, _: session.connection(),
    "begin": lambda session, _: session.begin(),
}
BEGINS_NOTHING = {
    "nothing": lambda _, __: None,
    "read": lambda _, user: user.name,
    "get": lambda session, _: session.get(User, 1),
    "flush": lambda session, _: session.flush(),
    "query": lambda session, _: session.query(User),
    "in": lambda session, user: user in session,
    "commit": lambda session, _: session.commit(),
}


@pytest.mark.parametrize("use", BEGINS.values(), ids=BEGINS)
def test_rollback_expires_what_is_there_once_a_transaction_has_begun(engine, use):
    assert _expired_by_rollback_after_commit(engine, use)


@pytest.mark.parametrize("use", BEGINS_NOTHING.values(), ids=BEGINS_NOTHING)
def test_rollback_without_a_transaction_expires_nothing(engine, use):
    assert not _expired_by_rollback_after_commit(engine, use)


def _expired_by_rollback_after_commit(engine, use):
    with Session(engine, expire_on_commit=False) as session:
        user = session.get(User, 1)
        session.commit()
        use(session, user)
        session.rollback()
        return inspect(user).expired


# ---- lost changes


@pytest.mark.parametrize("autoflush", [True, False])
def test_refresh_discards_a_pending_change(engine, autoflush):
    with Session(engine, autoflush=autoflush) as session:
        user = session.get(User, 1)
        user.name = "bob"
        session.refresh(user)
        assert user.name == "ann"
        session.commit()
        assert user.name == "ann"


@pytest.mark.parametrize("discard", [Session.expire, Session.expunge])
def test_expire_and_expunge_discard_a_pending_change(session, discard):
    user = session.get(User, 1)
    user.name = "bob"
    discard(session, user)
    session.commit()
    assert session.get(User, 1).name == "ann"


def test_refresh_discards_a_pending_change_of_the_refreshed_object_only(session):
    user, post = session.get(User, 1), session.get(Post, 1)
    post.title = "changed"
    session.refresh(user)
    session.commit()
    assert session.get(Post, 1).title == "changed"


Notes = declarative_base()


class Note(Notes):
    __tablename__ = "note"
    id = Column(Integer, primary_key=True)
    data = Column(JSON)
    text = Column(String)


def test_an_in_place_change_of_plain_json_is_not_written():
    with Session(new_engine(Notes)) as session:
        session.add(Note(id=1, data={"a": [1]}))
        session.commit()
        note = session.get(Note, 1)
        note.data["b"] = 2
        note.data["a"].append(2)
        session.commit()
        assert note.data == {"a": [1]}
        note.data = {**note.data, "b": 2}
        session.commit()
        assert note.data == {"a": [1], "b": 2}


UserView = variant(User, seen=relationship(Post, viewonly=True))


def test_an_append_to_a_viewonly_relationship_is_not_written(session):
    user = session.get(UserView, 1)
    user.seen.append(Post(id=9, title="three"))
    session.commit()
    assert session.get(Post, 9) is None


def test_a_write_to_a_detached_object_is_not_written(session):
    user = session.get(User, 1)
    session.expunge(user)
    user.name = "bob"
    session.commit()
    assert session.get(User, 1).name == "ann"


def test_a_write_before_close_is_not_written(engine):
    with Session(engine) as session:
        session.get(User, 1).name = "bob"
    with Session(engine) as session:
        assert session.get(User, 1).name == "ann"


# ---- coroutines

COROUTINES = (
    *("get", "scalars", "scalar", "execute", "stream", "refresh", "flush", "commit", "rollback", "delete", "merge"),
    "close",
)
PLAIN = ("add", "add_all", "expire", "expire_all", "expunge", "expunge_all")


@pytest.mark.parametrize("name", COROUTINES)
def test_coroutines_of_the_async_session(name):
    assert asyncio.iscoroutinefunction(getattr(AsyncSession, name))


@pytest.mark.parametrize("name", PLAIN)
def test_plain_methods_of_the_async_session(name):
    assert not python_inspect.iscoroutinefunction(getattr(AsyncSession, name))
