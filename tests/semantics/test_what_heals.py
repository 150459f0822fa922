"""What loads again what was expired or never loaded, and what does not."""

import pytest
from semantics_world import IS_14, VERSION, Post, User, implicit_io, run, statements, unloaded, variant
from sqlalchemy import Column, ForeignKey, Integer, String, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import (
    declarative_base,
    defer,
    joinedload,
    load_only,
    relationship,
    selectinload,
    undefer,
    with_loader_criteria,
)
from sqlalchemy.orm.exc import DetachedInstanceError

# A read that fails for want of `await` leaves the driver's coroutine behind.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")

UserSelectin = variant(User, eager=relationship(Post, lazy="selectin", viewonly=True))
UserJoined = variant(User, joined=relationship(Post, lazy="joined", viewonly=True))


def _one(session, entity, *options):
    return session.execute(select(entity).options(*options)).unique().scalars().one()


def test_reading_one_expired_column_reloads_all(session, engine):
    user = session.get(User, 1)
    session.expire(user)
    with statements(engine) as ran:
        assert user.id == 1
    assert len(ran) == 1
    assert unloaded(user) == {"bio", "posts"}


def test_reading_in_run_sync_reloads_all():
    async def main(session):
        user = await session.get(User, 1)
        await session.commit()
        await session.run_sync(lambda _: user.id)
        assert user.name == "ann"

    run(main)


def test_a_deferred_column_that_was_loaded_is_not_reloaded_with_the_others(session):
    user = session.get(User, 1)
    assert user.bio
    session.expire(user)
    assert user.name
    assert "bio" in unloaded(user)


@pytest.mark.parametrize(("cls", "name"), [(UserSelectin, "eager"), (UserJoined, "joined")])
def test_refresh_reloads_columns_and_what_is_eager(session, cls, name):
    user = session.get(cls, 1)
    session.expire(user)
    session.refresh(user)
    assert not {"name", name} & unloaded(user)


@pytest.mark.parametrize(("cls", "name"), [(UserSelectin, "eager"), (UserJoined, "joined")])
def test_an_automatic_reload_reloads_what_is_eager(session, cls, name):
    user = session.get(cls, 1)
    session.expire(user)
    assert user.name
    assert name not in unloaded(user)


def test_refresh_unloads_lazily_loaded_relationships(session):
    user = session.get(User, 1)
    assert user.posts
    session.refresh(user)
    assert "posts" in unloaded(user)


def test_refresh_unloads_deferred_columns_that_were_loaded(session):
    user = session.get(User, 1)
    assert user.bio
    session.refresh(user)
    assert "bio" in unloaded(user)


@pytest.mark.parametrize(
    ("option", "missing"),
    [(load_only(User.id), {"name", "bio", "posts"}), (defer(User.name), {"name", "bio", "posts"})],
    ids=["load_only", "defer"],
)
def test_refresh_keeps_the_column_options_of_the_query_on_2x(session, option, missing):
    user = _one(session, User, option)
    session.refresh(user)
    assert unloaded(user) == ({"bio", "posts"} if IS_14 else missing)


def test_refresh_keeps_undefer_of_the_query_on_2x(session):
    user = _one(session, User, undefer(User.bio))
    session.refresh(user)
    assert ("bio" in unloaded(user)) is IS_14


@pytest.mark.parametrize("option", [selectinload, joinedload])
def test_refresh_applies_the_options_of_the_first_query_again(session, option):
    user = _one(session, User, option(User.posts))
    session.commit()
    session.refresh(user)
    assert "posts" not in unloaded(user)


@pytest.mark.parametrize("option", [selectinload, joinedload])
def test_an_automatic_reload_applies_the_options_of_the_first_query_again(session, option):
    user = _one(session, User, option(User.posts))
    session.commit()
    assert user.name
    assert "posts" not in unloaded(user)


def test_the_children_of_an_option_are_healed_too(session):
    user = _one(session, User, selectinload(User.posts))
    posts = list(user.posts)
    session.commit()
    session.refresh(user)
    assert "title" not in unloaded(posts[0])


def test_the_options_of_get_stay_too(session):
    user = session.get(User, 1, options=[selectinload(User.posts)])
    session.commit()
    session.refresh(user)
    assert "posts" not in unloaded(user)


def test_the_options_of_later_queries_do_not_stay(session):
    user = _one(session, User)
    assert _one(session, User, selectinload(User.posts)) is user
    assert "posts" not in unloaded(user)
    session.commit()
    session.refresh(user)
    assert "posts" in unloaded(user)


@pytest.mark.skipif((2,) <= VERSION < (2, 0, 4), reason="changed in 2.0.4")
def test_refresh_of_a_lazy_relationship_by_name(session):
    user = session.get(User, 1)
    if IS_14:
        with pytest.raises(InvalidRequestError):
            session.refresh(user, ["posts"])
    else:
        session.refresh(user, ["posts"])
        assert "posts" not in unloaded(user)


@pytest.mark.skipif((2,) <= VERSION < (2, 0, 4), reason="changed in 2.0.4")
def test_refresh_of_a_lazy_relationship_beside_columns(session):
    user = session.get(User, 1)
    session.refresh(user, ["name", "posts"])
    assert ("posts" in unloaded(user)) is IS_14


def test_refresh_by_name_leaves_the_rest_expired(session):
    user = session.get(User, 1)
    session.expire(user)
    session.refresh(user, ["name"])
    assert "id" in unloaded(user)


def test_a_later_query_heals_when_its_rows_are_fetched(session):
    user = session.get(User, 1)
    session.expire(user)
    result = session.execute(select(User))
    assert "name" in unloaded(user)
    result.all()
    assert "name" not in unloaded(user)


def test_a_later_query_fills_in_what_its_options_name(session):
    user = session.get(User, 1)
    _one(session, User, selectinload(User.posts), undefer(User.bio))
    assert unloaded(user) == set()


def test_a_later_query_does_not_overwrite_what_is_loaded(session):
    user = session.get(User, 1)
    session.execute(User.__table__.update().values(name="bob"))
    assert _one(session, User).name == "ann"
    assert session.execute(select(User).execution_options(populate_existing=True)).scalars().one() is user
    assert user.name == "bob"


def test_get_heals_a_wholly_expired_object(session):
    user = session.get(User, 1)
    session.expire(user)
    assert session.get(User, 1) is user
    assert "name" not in unloaded(user)


def test_get_does_not_heal_a_partly_expired_object(session):
    user = session.get(User, 1)
    session.expire(user, ["name"])
    assert session.get(User, 1) is user
    assert "name" in unloaded(user)


def test_get_ignores_options_when_the_object_is_in_the_identity_map(session):
    user = session.get(User, 1)
    assert session.get(User, 1, options=[selectinload(User.posts)]) is user
    assert "posts" in unloaded(user)


def test_get_answers_from_the_identity_map_without_sql(session, engine):
    user = session.get(User, 1)
    session.execute(User.__table__.delete())
    with statements(engine) as ran:
        assert session.get(User, 1) is user
    assert ran == []


def test_get_bypasses_loader_criteria_for_an_object_in_the_identity_map(session):
    hidden = with_loader_criteria(User, User.name == "nobody")
    assert session.get(User, 1, options=[hidden]) is None
    user = session.get(User, 1)
    assert session.get(User, 1, options=[hidden]) is user


def test_get_with_populate_existing_asks_the_database(session):
    user = session.get(User, 1)
    session.execute(User.__table__.update().values(name="bob"))
    assert session.get(User, 1, populate_existing=True) is user
    assert user.name == "bob"


# ---- asyncio


def test_eager_loading_is_legal_under_asyncio():
    async def main(session):
        user = (await session.execute(select(User).options(selectinload(User.posts)))).scalars().one()
        assert len(user.posts) == 2

    run(main)


def test_refresh_is_legal_under_asyncio():
    async def main(session):
        user = await session.get(User, 1)
        await session.commit()
        await session.refresh(user)
        assert user.name == "ann"
        with implicit_io():
            _ = user.posts

    run(main)


def _awaitable():
    from sqlalchemy.ext.asyncio import AsyncAttrs

    base = declarative_base(cls=AsyncAttrs)

    class Owner(base):
        __tablename__ = "owner"
        id = Column(Integer, primary_key=True)
        name = Column(String)
        pets = relationship("Pet")

    class Pet(base):
        __tablename__ = "pet"
        id = Column(Integer, primary_key=True)
        owner_id = Column(ForeignKey("owner.id"))

    return base, Owner, Pet


@pytest.mark.skipif(VERSION < (2, 0, 13), reason="AsyncAttrs exists from 2.0.13")
def test_awaitable_attributes_load_while_attached_and_raise_when_detached():
    base, owner_class, pet_class = _awaitable()

    async def main(session):
        session.add(owner_class(id=1, name="ann", pets=[pet_class()]))
        await session.commit()
        owner = await session.get(owner_class, 1)
        assert len(await owner.awaitable_attrs.pets) == 1
        await session.commit()
        assert await owner.awaitable_attrs.name == "ann"
        await session.commit()
        await session.close()
        with pytest.raises(DetachedInstanceError):
            await owner.awaitable_attrs.pets

    run(main, base)


@pytest.mark.parametrize("change", ["a column", "a many-to-one", "a child"])
def test_a_flush_loads_again_whatever_expired_key_it_needs(session, engine, change):
    user = session.get(User, 1)
    post = session.get(Post, 1)
    session.commit()
    if change == "a column":
        user.name = "grace"
    elif change == "a many-to-one":
        post.user = None
    else:
        session.add(Post(title="new", user=user))
    with statements(engine) as ran:
        session.flush()
    assert any("SELECT" in each for each in ran)
    again = post if change == "a many-to-one" else user
    assert "id" not in unloaded(again)
