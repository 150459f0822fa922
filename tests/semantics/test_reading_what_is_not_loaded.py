"""What a read of an unloaded attribute does: attached, detached, under asyncio, and for each kind of relationship."""

import asyncio
import warnings

import pytest
from semantics_world import (
    IS_21,
    Base,
    Post,
    User,
    fill,
    implicit_io,
    new_engine,
    run,
    since_20,
    statements,
    unloaded,
    variant,
)
from sqlalchemy import Column, ForeignKey, Integer, String, func, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import (
    Session,
    column_property,
    declarative_base,
    deferred,
    joinedload,
    load_only,
    noload,
    raiseload,
    relationship,
    selectin_polymorphic,
    selectinload,
    with_polymorphic,
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


# ---- lazy many-to-one


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


# ---- other strategies

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


# ---- inheritance

Zoo = declarative_base()


class Animal(Zoo):
    __tablename__ = "animal"
    id = Column(Integer, primary_key=True)
    kind = Column(String)
    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "animal"}


class Dog(Animal):
    bark = Column(String)
    __mapper_args__ = {"polymorphic_identity": "dog"}


class Cat(Animal):
    __tablename__ = "cat"
    id = Column(ForeignKey("animal.id"), primary_key=True)
    claws = Column(String)
    __mapper_args__ = {"polymorphic_identity": "cat"}


@pytest.fixture
def zoo():
    with Session(new_engine(Zoo)) as session:
        session.add_all([Dog(id=1, bark="woof"), Cat(id=2, claws="sharp")])
        session.commit()
        yield session


OWN_COLUMN = [(1, "bark"), (2, "claws")]


@pytest.mark.parametrize(("key", "column"), OWN_COLUMN)
def test_subclass_columns_are_unloaded_when_loaded_through_the_base(zoo, key, column):
    animal = zoo.execute(select(Animal).where(Animal.id == key)).scalars().one()
    zoo.close()
    with pytest.raises(DetachedInstanceError):
        getattr(animal, column)


@pytest.mark.parametrize(("key", "column"), OWN_COLUMN)
@pytest.mark.parametrize("how", ["with_polymorphic", "selectin_polymorphic", "refresh", "subclass"])
def test_subclass_columns_are_loaded_by(zoo, key, column, how):
    subclass = {1: Dog, 2: Cat}[key]
    if how == "with_polymorphic":
        entity = with_polymorphic(Animal, [Dog, Cat])
        animal = zoo.execute(select(entity).where(entity.id == key)).scalars().one()
    elif how == "selectin_polymorphic":
        animal = _where(zoo, select(Animal).options(selectin_polymorphic(Animal, [Dog, Cat])), key)
    elif how == "subclass":
        animal = _where(zoo, select(subclass), key)
    else:
        animal = _where(zoo, select(Animal), key)
        zoo.refresh(animal)
    zoo.close()
    assert getattr(animal, column)


def _where(session, statement, key):
    return session.execute(statement.where(Animal.id == key)).scalars().one()


# ---- what eager loading does not load


@pytest.mark.parametrize("option", [selectinload, joinedload])
def test_eager_loading_does_not_set_the_reverse_many_to_one(session, option):
    user = session.execute(select(User).options(option(User.posts))).unique().scalars().one()
    session.close()
    with pytest.raises(DetachedInstanceError):
        _ = user.posts[0].user


def test_lazy_loading_does_not_set_the_reverse_many_to_one_either(session):
    user = session.get(User, 1)
    posts = list(user.posts)
    session.close()
    with pytest.raises(DetachedInstanceError):
        _ = posts[0].user


# ---- new objects


def test_a_new_object_reads_unset_attributes_as_none_or_empty():
    user, post = User(), Post()
    assert (user.name, user.bio, user.posts, post.user) == (None, None, [], None)


@pytest.mark.parametrize("expire_on_commit", [True, False])
def test_a_relationship_that_was_never_set_is_unloaded_once_flushed(engine, expire_on_commit):
    with Session(engine, expire_on_commit=expire_on_commit) as session:
        user = User(name="new")
        session.add(user)
        session.flush()
        assert "posts" in unloaded(user)
        session.commit()
    with pytest.raises(DetachedInstanceError):
        _ = user.posts


@pytest.mark.parametrize("value", [[], None])
def test_a_relationship_that_was_set_is_loaded_once_flushed(engine, value):
    with Session(engine, expire_on_commit=False) as session:
        new = User(name="new", posts=[]) if value == [] else Post(user=None)
        session.add(new)
        session.commit()
    assert (new.posts if value == [] else new.user) == value


def test_a_relationship_that_was_read_before_the_flush(engine):
    with Session(engine, expire_on_commit=False) as session:
        new = User(name="new")
        assert new.posts == []
        session.add(new)
        session.commit()
        assert "posts" in unloaded(new)


def test_a_backref_append_to_a_new_object_loads_its_collection(engine):
    with Session(engine, expire_on_commit=False) as session:
        user = User(name="new")
        post = Post(user=user)
        session.add(user)
        session.commit()
    assert user.posts == [post]


def test_a_column_that_was_never_set_reads_none_after_the_flush(engine):
    with Session(engine, expire_on_commit=False) as session:
        user = User()
        session.add(user)
        session.commit()
    assert user.name is None


def test_a_deferred_column_that_was_never_set_is_unloaded_after_the_flush(engine):
    with Session(engine, expire_on_commit=False) as session:
        user = User()
        session.add(user)
        session.commit()
    with pytest.raises(DetachedInstanceError):
        _ = user.bio


def test_a_column_that_was_never_set_is_unloaded_after_the_commit(engine):
    with Session(engine) as session:
        user = User()
        session.add(user)
        session.commit()
    with pytest.raises(DetachedInstanceError):
        _ = user.name


@since_20
@pytest.mark.parametrize("given", [True, False])
def test_dataclass_defaults_are_not_set_on_21(given):
    namespace = dict(globals())
    exec(DATACLASS, namespace)
    owner_class = namespace["Owner"]
    with Session(new_engine(owner_class), expire_on_commit=False) as session:
        owner = owner_class(pets=[]) if given else owner_class()
        assert owner.pets == []
        session.add(owner)
        session.commit()
        assert ("pets" in unloaded(owner)) is (IS_21 and not given)


DATACLASS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

class DataBase(MappedAsDataclass, DeclarativeBase):
    pass

class Owner(DataBase):
    __tablename__ = "owner"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    pets: Mapped[list["Pet"]] = relationship(default_factory=list)

class Pet(DataBase):
    __tablename__ = "pet"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), init=False)
"""


# ---- query_expression, column_property


def test_a_deferred_column_property_needs_a_session():
    base = declarative_base()

    class Word(base):
        __tablename__ = "word"
        id = Column(Integer, primary_key=True)
        text = Column(String)
        upper = column_property(func.upper(text))
        lower = deferred(func.lower(text))

    with Session(new_engine(base)) as session:
        session.add(Word(id=1, text="Aa"))
        session.commit()
        word = session.get(Word, 1)
        session.close()
    assert word.upper == "AA"
    with pytest.raises(DetachedInstanceError):
        _ = word.lower
