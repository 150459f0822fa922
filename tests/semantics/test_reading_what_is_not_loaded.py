"""What a read of an unloaded attribute does: attached, detached, under asyncio, and for each kind of relationship."""

import asyncio

import pytest
from semantics_world import (
    Base,
    Post,
    User,
    fill,
    implicit_io,
    run,
)
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import (
    load_only,
)
from sqlalchemy.orm.exc import DetachedInstanceError
from sqlalchemy.pool import NullPool

# A read that fails for want of `await` leaves the driver's coroutine behind.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")


def _one(session, entity, *options):
    return session.execute(select(entity).options(*options).limit(1)).scalars().one()


def _nothing(*_):
    pass


READS = {
    "expired column": (lambda session, user: session.expire(user), lambda user: user.name),
    "deferred column": (_nothing, lambda user: user.bio),
    "unloaded relationship": (_nothing, lambda user: user.posts),
}


@pytest.mark.parametrize(("prepare", "read"), READS.values(), ids=READS)
def test_attached_it_loads(session, prepare, read):
    user = session.get(User, 1)
    prepare(session, user)
    assert read(user)


@pytest.mark.parametrize(("prepare", "read"), READS.values(), ids=READS)
def test_detached_it_raises(session, prepare, read):
    user = session.get(User, 1)
    prepare(session, user)
    session.close()
    with pytest.raises(DetachedInstanceError):
        read(user)


def test_a_column_left_out_by_load_only_raises_when_detached(session):
    user = _one(session, User, load_only(User.id))
    session.close()
    assert user.id == 1
    with pytest.raises(DetachedInstanceError):
        _ = user.name


@pytest.mark.parametrize(("prepare", "read"), READS.values(), ids=READS)
def test_attached_to_an_async_session_it_raises(prepare, read):
    async def main(session):
        user = await session.get(User, 1)
        prepare(session, user)
        with implicit_io():
            read(user)

    run(main)


@pytest.mark.parametrize(("prepare", "read"), READS.values(), ids=READS)
def test_detached_from_an_async_session_it_raises_as_usual(prepare, read):
    async def main(session):
        user = await session.get(User, 1)
        prepare(session, user)
        await session.close()
        with pytest.raises(DetachedInstanceError):
            read(user)

    run(main)


@pytest.mark.parametrize("pooled", [True, False])
def test_the_failure_is_bare_where_a_connection_has_to_be_opened(tmp_path, pooled):
    async def main():
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/db", poolclass=None if pooled else NullPool)
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
            await connection.run_sync(fill)
        async with AsyncSession(engine) as session:
            user = await session.get(User, 1)
            await session.commit()
            with implicit_io(connected=pooled):
                _ = user.name
        await engine.dispose()

    asyncio.run(main())


def test_in_run_sync_it_loads():
    async def main(session):
        user = await session.get(User, 1)
        await session.commit()
        assert await session.run_sync(lambda _: len(user.posts)) == 2

    run(main)


# ---- writes that read


def test_assigning_an_unloaded_collection_reads_it(session):
    user = session.get(User, 1)
    session.expunge(user)
    with pytest.raises(DetachedInstanceError):
        user.posts = []


def test_appending_to_an_unloaded_collection_reads_it(session):
    user = session.get(User, 1)
    session.expunge(user)
    with pytest.raises(DetachedInstanceError):
        user.posts.append(Post())


def test_assigning_the_primary_key_of_an_expired_object_reads_it(session):
    user = session.get(User, 1)
    session.expire(user)
    session.expunge(user)
    with pytest.raises(DetachedInstanceError):
        user.id = 5


def test_assigning_another_column_of_an_expired_object_reads_nothing(session):
    user = session.get(User, 1)
    session.expire(user)
    session.expunge(user)
    user.name = "bob"
    assert user.name == "bob"


def test_assigning_an_unloaded_many_to_one_reads_nothing(session):
    post = session.get(Post, 1)
    session.expunge(post)
    post.user = None
    assert post.user is None


def test_a_constructor_with_a_detached_parent_reads_nothing(session):
    user = session.get(User, 1)
    session.expunge(user)
    assert Post(user=user).user is user


def test_appending_to_an_unloaded_collection_in_an_async_session_raises():
    async def main(session):
        user = await session.get(User, 1)
        with implicit_io():
            user.posts.append(Post())

    run(main)
