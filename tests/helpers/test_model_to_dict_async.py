"""`model_to_dict` on objects of an `AsyncSession`: it never loads without await, and says how to."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from helpers_models import Post, User
from helpers_sessions import open_async_session
from sqlalchemy import select
from sqlalchemy.exc import MissingGreenlet
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.exc import DetachedInstanceError

from sessile.helpers.session_helpers import model_to_dict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncSession

# A load that is refused leaves aiosqlite's coroutine behind, whoever asked for it.
pytestmark = pytest.mark.filterwarnings(
    "ignore:coroutine:RuntimeWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


@pytest.fixture
def run(tmp_path) -> Callable[[Callable[[AsyncSession], Awaitable[None]]], None]:
    """Run a coroutine function with a session in which Ann is stored."""

    def runner(body: Callable[[AsyncSession], Awaitable[None]]) -> None:
        async def main() -> None:
            async with open_async_session(tmp_path) as session:
                await body(session)

        asyncio.run(main())

    return runner


async def load_ann(session: AsyncSession, *options) -> User:
    return (await session.execute(select(User).options(*options))).unique().scalars().one()


def test_loaded(run):
    async def body(session):
        data = model_to_dict(await load_ann(session))
        assert data["email"] == "ann@example.org"
        assert "posts" not in data

    run(body)


def test_after_commit_it_names_refresh_and_refresh_cures(run):
    async def body(session):
        user = await load_ann(session)
        await session.commit()
        with pytest.raises(
            MissingGreenlet, match=r"belongs to an AsyncSession.*await session\.refresh\(obj\)"
        ) as caught:
            model_to_dict(user)
        assert "xd2s" in str(caught.value)
        await session.refresh(user)
        assert model_to_dict(user)["first"] == "Ann"

    run(body)


def test_expired_while_a_connection_is_open(run):
    async def body(session):
        user = await load_ann(session)
        session.expire(user)
        with pytest.raises(MissingGreenlet, match=r"await session\.refresh"):
            model_to_dict(user)
        await session.refresh(user)
        assert model_to_dict(user)["first"] == "Ann"

    run(body)


def test_after_commit_inside_run_sync_it_loads(run):
    async def body(session):
        user = await load_ann(session)
        await session.commit()
        data = await session.run_sync(lambda _: model_to_dict(user, include=["posts"]))
        assert len(data["posts"]) == 2

    run(body)


def test_after_commit_the_key_needs_no_loading(run):
    async def body(session):
        user = await load_ann(session)
        await session.commit()
        others = set(User.__mapper__.column_attrs.keys()) - {"id"}
        assert model_to_dict(user, exclude=others) == {"id": 1}

    run(body)


@pytest.mark.parametrize("name", ["posts", "titles", "latest_post", "notes"])
def test_unloaded_relationship_names_the_loader(run, name):
    async def body(session):
        user = await load_ann(session)
        with pytest.raises(MissingGreenlet, match=rf"User\.{name} is not loaded.*selectinload"):
            model_to_dict(user, include=[name])

    run(body)


def test_deferred_column_names_refresh(run):
    async def body(session):
        user = await load_ann(session)
        with pytest.raises(MissingGreenlet, match=r"User\.biography.*refresh"):
            model_to_dict(user, include=["biography"])

    run(body)


def test_eager_relationship_and_its_way_back_need_no_io(run):
    async def body(session):
        user = await load_ann(session, selectinload(User.posts))
        data = model_to_dict(user, include=["posts.author"])
        assert data["posts"][0]["author"]["first"] == "Ann"

    run(body)


def test_detached_is_the_same_as_in_sync_code(run):
    async def body(session):
        post = (await session.execute(select(Post))).scalars().first()
        await session.commit()
        await session.close()
        with pytest.raises(DetachedInstanceError, match="detached"):
            model_to_dict(post)

    run(body)
