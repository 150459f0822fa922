"""What a read of an unloaded relationship does, for each loading strategy."""

import warnings

import pytest
import sqlalchemy.orm
from semantics_world import (
    IS_14,
    IS_21,
    Post,
    User,
    new_engine,
    run,
    since_20,
    statements,
    variant,
)
from sqlalchemy import Column, ForeignKey, Integer, String, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import (
    Session,
    declarative_base,
    immediateload,
    noload,
    raiseload,
    relationship,
    selectinload,
)
from sqlalchemy.orm.exc import DetachedInstanceError

# A read that fails for want of `await` leaves the driver's coroutine behind.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")


def _one(session, entity, *options):
    return session.execute(select(entity).options(*options).limit(1)).scalars().one()


def test_a_many_to_one_with_a_null_key_needs_no_sql_while_attached(session, engine):
    post = Post(id=9)
    session.add(post)
    session.commit()
    assert post.title is None
    with statements(engine) as ran:
        assert post.user is None
    assert ran == []


def test_a_many_to_one_with_a_null_key_raises_when_detached(session):
    session.add(Post(id=9))
    session.commit()
    post = session.get(Post, 9)
    session.close()
    with pytest.raises(DetachedInstanceError):
        _ = post.user


def test_on_an_expired_object_a_null_key_costs_a_select(session, engine):
    post = Post(id=9)
    session.add(post)
    session.commit()
    with statements(engine) as ran:
        assert post.user is None
    assert len(ran) == 1


def test_a_many_to_one_whose_target_is_in_the_identity_map_needs_no_sql(session, engine):
    user, post = session.get(User, 1), session.get(Post, 1)
    with statements(engine) as ran:
        assert post.user is user
    assert ran == []


def test_the_identity_map_holds_targets_only_while_someone_else_does(session, engine):
    session.get(User, 1)
    post = session.get(Post, 1)
    with statements(engine) as ran:
        assert post.user.id == 1
    assert len(ran) == 1


def test_a_wholly_expired_target_costs_a_select(session, engine):
    user, post = session.get(User, 1), session.get(Post, 1)
    session.expire(user)
    with statements(engine) as ran:
        assert post.user is user
    assert len(ran) == 1


def test_a_many_to_one_that_is_not_joined_to_the_primary_key_costs_a_select():
    base = declarative_base()

    class Country(base):
        __tablename__ = "country"
        id = Column(Integer, primary_key=True)
        code = Column(String, unique=True)

    class City(base):
        __tablename__ = "city"
        id = Column(Integer, primary_key=True)
        code = Column(ForeignKey("country.code"))
        country = relationship(Country)

    engine = new_engine(base)
    with Session(engine) as session:
        session.add_all([Country(id=1, code="x"), City(id=1, code="x")])
        session.commit()
        country, city = session.get(Country, 1), session.get(City, 1)
        assert (country.code, city.code) == ("x", "x")
        with statements(engine) as ran:
            assert city.country is country
        assert len(ran) == 1


def test_under_asyncio_a_many_to_one_from_the_identity_map_is_fine():
    async def main(session):
        user, post = await session.get(User, 1), await session.get(Post, 1)
        assert post.user is user

    run(main)


PostRaise = variant(Post, user=relationship(User, lazy="raise", viewonly=True))
PostRaiseOnSql = variant(Post, owner=relationship(User, lazy="raise_on_sql", viewonly=True))
UserRaiseOnSql = variant(User, articles=relationship(Post, lazy="raise_on_sql", viewonly=True))
UserNoload = variant(User, silent=relationship(Post, lazy="noload", viewonly=True))
UserDynamic = variant(User, feed=relationship(Post, lazy="dynamic", viewonly=True))


@pytest.mark.parametrize("detach", [False, True])
def test_raise_raises_attached_or_not(session, detach):
    post = session.get(PostRaise, 1)
    if detach:
        session.close()
    with pytest.raises(InvalidRequestError) as caught:
        _ = post.user
    assert not isinstance(caught.value, DetachedInstanceError)


def test_raise_raises_for_a_null_key_too(session):
    session.add(Post(id=9))
    session.commit()
    post = session.get(PostRaise, 9)
    with pytest.raises(InvalidRequestError):
        _ = post.user


def test_raise_raises_although_the_target_is_in_the_identity_map(session):
    user, post = session.get(User, 1), session.get(PostRaise, 1)
    with pytest.raises(InvalidRequestError):
        _ = post.user
    assert user


def test_raise_on_sql_raises_while_attached(session):
    post = session.get(PostRaiseOnSql, 1)
    with pytest.raises(InvalidRequestError, match="raise_on_sql"):
        _ = post.owner
    with pytest.raises(InvalidRequestError, match="raise_on_sql"):
        _ = session.get(UserRaiseOnSql, 1).articles


def test_raise_on_sql_is_fine_where_no_sql_is_needed(session):
    session.add(Post(id=9))
    session.commit()
    user, post, orphan = session.get(User, 1), session.get(PostRaiseOnSql, 1), session.get(PostRaiseOnSql, 9)
    assert post.owner is user
    assert orphan.owner is None


def test_raise_on_sql_is_a_detached_failure_when_detached(session):
    post = session.get(PostRaiseOnSql, 1)
    session.close()
    with pytest.raises(DetachedInstanceError):
        _ = post.owner


def test_the_raiseload_option_raises_like_the_mapping(session):
    user = _one(session, User, raiseload(User.posts))
    with pytest.raises(InvalidRequestError, match="lazy='raise'"):
        _ = user.posts


def test_noload_is_empty_in_silence(session):
    user = session.get(UserNoload, 1)
    assert user.silent == []
    session.close()
    assert user.silent == []


def test_the_noload_option_is_empty_in_silence(session):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        user = _one(session, User, noload(User.posts))
        post = _one(session, Post, noload(Post.user))
    assert (user.posts, post.user) == ([], None)
    assert any("noload" in str(each.message) for each in caught) is IS_21


def test_dynamic_detached_is_empty_with_a_warning(session):
    user = session.get(UserDynamic, 1)
    assert len(list(user.feed)) == 2
    session.close()
    with pytest.warns(Warning, match="detached"):
        assert list(user.feed) == []


@since_20
def test_write_only_cannot_be_iterated_but_can_be_selected_from_and_added_to():
    base = declarative_base()

    class Owner(base):
        __tablename__ = "owner"
        id = Column(Integer, primary_key=True)
        pets = relationship("Pet", lazy="write_only")

    class Pet(base):
        __tablename__ = "pet"
        id = Column(Integer, primary_key=True)
        owner_id = Column(ForeignKey("owner.id"))

    with Session(new_engine(base)) as session:
        session.add(Owner(id=1))
        session.commit()
        owner = session.get(Owner, 1)
        for detach in (False, True):
            if detach:
                session.close()
            with pytest.raises(TypeError):
                list(owner.pets)
            assert "FROM pet" in str(owner.pets.select())
            owner.pets.add(Pet())


EAGER = ["selectin", "joined", "subquery", "immediate"]


def _cyclic(down, up, join_depth=None):
    """Classes with these `lazy=`, and an engine with three users, each the boss of the next, and a post of each."""
    base = declarative_base()

    class Boss(base):
        __tablename__ = "boss"
        id = Column(Integer, primary_key=True)
        boss_id = Column(ForeignKey("boss.id"))
        boss = relationship("Boss", remote_side=[id], lazy=down, join_depth=join_depth)
        posts = relationship("Note", back_populates="user", lazy=down)

    class Note(base):
        __tablename__ = "note"
        id = Column(Integer, primary_key=True)
        user_id = Column(ForeignKey("boss.id"))
        user = relationship("Boss", back_populates="posts", lazy=up)

    engine = new_engine(base)
    with Session(engine) as session:
        session.add_all([Boss(id=number, boss_id=number - 1 or None) for number in (1, 2, 3)])
        session.add_all([Note(id=number, user_id=number) for number in (1, 2, 3)])
        session.commit()
    return engine, Boss, Note


@pytest.mark.parametrize("how", EAGER)
@pytest.mark.parametrize("back", ["joinedload", "selectinload", "subqueryload", "immediateload", "lazily"])
def test_an_eager_mapping_does_not_come_back_within_what_is_loaded_at_once(how, back):
    engine, _, note = _cyclic(how, "select")
    with Session(engine) as session:
        options = [] if back == "lazily" else [getattr(sqlalchemy.orm, back)(note.user)]
        found = session.get(note, 1, options=options)
        apart = how == "immediate" or (how == "joined" and back != "joinedload")
        assert ("posts" in vars(found.user)) is apart


@pytest.mark.parametrize("how", EAGER)
def test_what_is_loaded_again_comes_from_nowhere(how):
    engine, _, note = _cyclic(how, "select")
    with Session(engine) as session:
        user = session.get(note, 1, options=[sqlalchemy.orm.joinedload(note.user)]).user
        session.refresh(user)
        assert "posts" in vars(user)


@pytest.mark.parametrize("user", EAGER)
@pytest.mark.parametrize("how", ["select", "immediate"])
def test_rows_of_a_collection_that_is_loaded_by_itself_do_not_lead_back(how, user):
    engine, boss, _ = _cyclic(how, user)
    with Session(engine) as session:
        assert "user" not in vars(session.get(boss, 1).posts[0])


@pytest.mark.parametrize("how", EAGER)
def test_a_class_that_leads_to_itself_is_loaded_as_far_as_join_depth_says(how):
    for depth in (None, 1, 2):
        engine, boss, _ = _cyclic(how, "select", depth)
        with Session(engine) as session:
            found = session.get(boss, 3)
            if depth is None or not (how == "immediate" and IS_14):
                assert ("boss" in vars(found)) is (depth is not None)
                assert depth is None or ("boss" in vars(found.boss)) is (depth == 2)


def test_before_2_0_a_refresh_leaves_out_what_the_mapping_never_loads(session):
    user = _one(session, UserNoload, selectinload(UserNoload.silent))
    session.refresh(user)
    assert ("silent" in user.__dict__) is not IS_14


def test_before_2_0_immediateload_fetches_nothing_that_the_mapping_never_loads(session):
    user = _one(session, UserNoload, immediateload(UserNoload.silent))
    session.close()
    assert bool(user.silent) is not IS_14
    with_subquery = _one(session, UserNoload, selectinload(UserNoload.silent))
    assert with_subquery.silent
