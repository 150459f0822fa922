"""`get_or_create`: what it returns, what it leaves behind, and real races between two connections and many threads."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from helpers_models import Badge, Base, Post, Tag, User
from helpers_sessions import open_async_session
from sqlalchemy import create_engine, event, func, select
from sqlalchemy.exc import IntegrityError, MultipleResultsFound
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from sessile.helpers.session_helpers import get_or_create, query_scalar

COUNT = select(func.count()).select_from(Tag)


@pytest.fixture
def file_engine(tmp_path):
    """A file, so that every session has a connection of its own; pysqlite as it is out of the box."""
    engine = create_engine(f"sqlite:///{tmp_path}/race.db", poolclass=NullPool, connect_args={"timeout": 30})
    Base.metadata.create_all(engine)
    return engine


@pytest.fixture
def immediate_engine(tmp_path):
    """The documented remedy: the driver starts no transactions, SQLAlchemy does, with a lock from the start."""
    engine = create_engine(f"sqlite:///{tmp_path}/immediate.db", poolclass=NullPool, connect_args={"timeout": 30})
    event.listen(engine, "connect", lambda connection, _record: setattr(connection, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    Base.metadata.create_all(engine)
    return engine


class TestAlone:
    def test_creates_then_finds(self, file_engine):
        with Session(file_engine) as session:
            made, created = get_or_create(session, Tag, {"colour": "red"}, name="a")
            assert (made.name, made.colour, created) == ("a", "red", True)
            found, created = get_or_create(session, Tag, {"colour": "blue"}, name="a")
            assert (found is made, created, found.colour) == (True, False, "red")
            session.commit()
        with Session(file_engine) as session:
            assert get_or_create(session, Tag, name="a")[1] is False

    def test_does_not_commit(self, immediate_engine):
        with Session(immediate_engine) as session:
            get_or_create(session, Tag, {"colour": "red"}, name="a")
            session.rollback()
            assert query_scalar(session, COUNT) == 0

    def test_pysqlite_commits_a_leading_savepoint_as_documented(self, file_engine):
        with Session(file_engine) as session:
            get_or_create(session, Tag, {"colour": "red"}, name="a")
            session.rollback()
            assert query_scalar(session, COUNT) == 1

    def test_the_object_is_loaded_after_creation(self, file_engine):
        with Session(file_engine) as session:
            tag, _ = get_or_create(session, Tag, {"colour": "red"}, name="a")
        assert (tag.id, tag.name) == (1, "a")

    def test_without_criteria(self, file_engine):
        with Session(file_engine) as session, pytest.raises(TypeError, match="Name at least one"):
            get_or_create(session, Tag, {"name": "a"})

    def test_several_matches(self, file_engine):
        with Session(file_engine) as session:
            session.add_all([Tag(name="a", colour="red"), Tag(name="b", colour="red")])
            with pytest.raises(MultipleResultsFound):
                get_or_create(session, Tag, colour="red")

    def test_another_constraint_raises_and_leaves_the_session_usable(self, file_engine):
        with Session(file_engine) as session:
            session.add(Tag(name="kept", colour="red"))
            with pytest.raises(IntegrityError, match="colour"):
                get_or_create(session, Tag, name="no colour")
            session.commit()
            assert query_scalar(session, COUNT) == 1

    def test_failure_of_what_was_pending_is_not_taken_for_its_own(self, file_engine):
        with Session(file_engine, autoflush=False) as session:
            session.add(Tag(name="pending without colour"))
            with pytest.raises(IntegrityError, match="colour"):
                get_or_create(session, Tag, {"colour": "red"}, name="a")

    def test_by_relationship(self, file_engine):
        with Session(file_engine) as session:
            user = User(email="u@example.org")
            session.add(user)
            session.commit()
            post, created = get_or_create(session, Post, {"title": "t"}, author=user)
            assert (post.author_id, created) == (user.id, True)
            assert get_or_create(session, Post, author=user) == (post, False)


def intrude(engine, session, *others) -> None:
    """Let another connection commit `others`, one per try, between the SELECT of `session` and its INSERT."""

    waiting = list(others)

    @event.listens_for(session, "after_transaction_create")
    def insert(_session, transaction):
        if transaction.nested and waiting:
            with Session(engine) as other:
                other.add(waiting.pop())
                other.commit()


class TestRaceOfTwo:
    def test_the_other_row_is_returned(self, file_engine):
        with Session(file_engine) as session:
            intrude(file_engine, session, Tag(name="a", colour="blue"))
            tag, created = get_or_create(session, Tag, {"colour": "red"}, name="a")
            assert (tag.colour, created) == ("blue", False)
            tag.colour = "green"
            session.commit()
        with Session(file_engine) as session:
            assert session.scalars(select(Tag.colour)).all() == ["green"]

    def test_a_relationship_does_not_bring_the_loser_back(self, file_engine):
        """`Badge(user=user)` puts the loser into `user.badges`, from where a later flush must not save it again."""
        with Session(file_engine) as session:
            user = User(email="u@example.org")
            session.add(user)
            session.commit()
            assert user.badges == set()
            intrude(file_engine, session, Badge(name="early", user_id=user.id))
            badge, created = get_or_create(session, Badge, user=user, name="early")
            assert created is False
            session.commit()
            assert user.badges == {badge}

    def test_async(self, tmp_path):
        async def main() -> None:
            async with open_async_session(tmp_path) as session:
                other_engine = create_engine(f"sqlite:///{tmp_path}/async.db", poolclass=NullPool)
                intrude(other_engine, session.sync_session, Tag(name="a", colour="blue"))
                tag, created = await get_or_create(session, Tag, {"colour": "red"}, name="a")
                assert (tag.colour, created) == ("blue", False)
                tag, created = await get_or_create(session, Tag, {"colour": "red"}, name="b")
                assert (tag.colour, created) == ("red", True)
                await session.commit()

        asyncio.run(main())


THREADS = 6


def race(engine, before_insert) -> list[tuple[int, bool]]:
    """The id and `created` that each of some threads gets for the same tag."""

    def one(_number: int) -> tuple[int, bool]:
        with Session(engine) as session:
            before_insert(session)
            tag, created = get_or_create(session, Tag, {"colour": "red"}, name="same")
            result = (tag.id, created)
            session.commit()
            return result

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


class TestRaceOfThreads:
    def test_all_have_looked_before_any_inserts(self, file_engine):
        barrier = threading.Barrier(THREADS)

        def wait_with_the_others(session):
            @event.listens_for(session, "after_transaction_create")
            def wait(_session, transaction):
                if transaction.nested:
                    barrier.wait(timeout=30)

        results = race(file_engine, wait_with_the_others)
        assert sorted(created for _, created in results) == [False] * (THREADS - 1) + [True]
        assert {key for key, _ in results} == {1}
        with Session(file_engine) as session:
            assert query_scalar(session, COUNT) == 1

    def test_with_begin_immediate_they_wait_for_each_other(self, immediate_engine):
        results = race(immediate_engine, lambda _session: None)
        assert sorted(created for _, created in results) == [False] * (THREADS - 1) + [True]
        assert {key for key, _ in results} == {1}
