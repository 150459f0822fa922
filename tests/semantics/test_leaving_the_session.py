"""What closing, expunging, merging and dropping a session do to its objects."""

import gc

import pytest
from semantics_world import VERSION, Post, User
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.orm import Session, close_all_sessions, make_transient, object_session, scoped_session, sessionmaker
from sqlalchemy.orm.exc import DetachedInstanceError, ObjectDeletedError


def test_closing_detaches(session):
    user = session.get(User, 1)
    session.close()
    assert inspect(user).detached


def test_expunging_detaches(session):
    user = session.get(User, 1)
    session.expunge(user)
    assert inspect(user).detached


def test_expunging_all_detaches(session):
    user = session.get(User, 1)
    session.expunge_all()
    assert inspect(user).detached


def test_the_end_of_with_detaches(engine):
    with Session(engine) as session:
        user = session.get(User, 1)
    assert inspect(user).detached


def test_an_exception_that_ends_the_block_detaches(engine):
    with pytest.raises(ZeroDivisionError), Session(engine) as session:
        user = session.get(User, 1)
        raise ZeroDivisionError
    assert inspect(user).detached


def test_detaching_alone_unloads_nothing(session):
    user = session.get(User, 1)
    assert [post.title for post in user.posts] == ["one", "two"]
    session.close()
    assert user.name == "ann"
    assert [post.title for post in user.posts] == ["one", "two"]


def test_closing_rolls_back_what_was_not_committed(engine):
    with Session(engine) as session:
        session.add(User(id=2))
        session.flush()
    with Session(engine) as session:
        assert session.get(User, 2) is None


def test_closing_heals_a_failed_transaction(session):
    session.add(User(id=1))
    with pytest.raises(IntegrityError):
        session.flush()
    session.close()
    assert session.get(User, 1).name == "ann"


def test_closing_makes_pending_objects_transient(session):
    user = User(name="new")
    session.add(user)
    session.close()
    assert inspect(user).transient
    assert user.name == "new"


def test_closing_detaches_what_was_flushed_but_not_committed(session):
    user = User(name="new")
    session.add(user)
    session.flush()
    session.close()
    assert inspect(user).detached
    assert user.name == "new"


def test_a_dropped_session_detaches_only_when_it_is_collected(engine):
    session = Session(engine)
    user = session.get(User, 1)
    kept = [session]
    del session
    gc.collect()
    assert len(user.posts) == 2
    kept.clear()
    gc.collect()
    assert object_session(user) is None


def test_merge_returns_a_loaded_copy(engine):
    with Session(engine) as session:
        user = session.get(User, 1)
    with Session(engine) as other:
        copy = other.merge(user)
        assert copy is not user
        assert inspect(copy).persistent
        assert inspect(user).detached
        assert "name" not in inspect(copy).unloaded


def test_merge_of_an_expired_detached_object_loads_the_copy(engine):
    with Session(engine) as session:
        user = session.get(User, 1)
        session.expire(user)
    with Session(engine) as other:
        copy = other.merge(user)
        assert copy.name == "ann"


def test_made_transient_while_expired_reads_none(session):
    user = session.get(User, 1)
    session.expire(user)
    make_transient(user)
    assert user.name is None
    assert user.posts == []


def test_an_expired_object_whose_row_is_gone_raises(session):
    user = session.get(User, 1)
    session.execute(User.__table__.delete())
    session.expire(user)
    with pytest.raises(ObjectDeletedError):
        _ = user.name


@pytest.mark.parametrize("read", [lambda user: hasattr(user, "name"), lambda user: getattr(user, "name", None)])
def test_hasattr_and_a_default_do_not_hide_the_failure(session, read):
    user = session.get(User, 1)
    session.expire(user)
    session.expunge(user)
    with pytest.raises(DetachedInstanceError):
        read(user)


def test_adding_a_detached_object_attaches_it_again(engine):
    with Session(engine) as session:
        user = session.get(User, 1)
        session.expire(user)
    with Session(engine) as other:
        other.add(user)
        assert user.name == "ann"


def test_adding_an_object_of_another_open_session_raises(engine):
    with Session(engine) as session, Session(engine) as other:
        user = session.get(User, 1)
        with pytest.raises(InvalidRequestError, match="already attached to session"):
            other.add(user)


def test_expunging_a_parent_does_not_expunge_its_loaded_children(session):
    user = session.execute(select(User)).scalars().one()
    post = user.posts[0]
    session.expunge(user)
    assert inspect(post).persistent
    assert isinstance(post, Post)


def test_invalidating_detaches(session):
    user = session.get(User, 1)
    session.invalidate()
    assert inspect(user).detached


@pytest.mark.skipif(VERSION < (2, 0, 22), reason="exists from 2.0.22")
def test_resetting_detaches(session):
    user = session.get(User, 1)
    session.reset()
    assert inspect(user).detached
    assert session.get(User, 1) is not user


def test_closing_all_sessions_detaches(session):
    user = session.get(User, 1)
    close_all_sessions()
    assert inspect(user).detached


def test_removing_the_session_of_a_registry_detaches_and_the_next_use_makes_a_new_one(engine):
    registry = scoped_session(sessionmaker(engine))
    session = registry()
    user = registry.get(User, 1)
    registry.remove()
    assert inspect(user).detached
    assert registry() is not session
    registry.remove()


def test_a_closed_session_begins_anew(session):
    session.close()
    assert session.get(User, 1).name == "ann"


@pytest.mark.skipif(VERSION < (2, 0, 22), reason="exists from 2.0.22")
def test_a_closed_session_that_does_not_only_reset_raises(engine):
    with Session(engine, close_resets_only=False) as session:
        user = session.get(User, 1)
    assert inspect(user).detached
    with pytest.raises(InvalidRequestError, match="permanently"):
        session.get(User, 1)
