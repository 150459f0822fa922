"""What loading leaves out: subclass columns, reverse relationships, and what a new object was never given."""

import pytest
from semantics_world import (
    IS_21,
    Post,
    User,
    new_engine,
    since_20,
    unloaded,
)
from sqlalchemy import Column, ForeignKey, Integer, String, func, select
from sqlalchemy.orm import (
    Session,
    column_property,
    declarative_base,
    deferred,
    joinedload,
    selectin_polymorphic,
    selectinload,
    with_polymorphic,
)
from sqlalchemy.orm.exc import DetachedInstanceError

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


class Owl(Animal):
    wings = Column(String)
    __mapper_args__ = {"polymorphic_identity": "owl", "polymorphic_load": "inline"}


class Elk(Animal):
    __tablename__ = "elk"
    id = Column(ForeignKey("animal.id"), primary_key=True)
    antlers = Column(String)
    __mapper_args__ = {"polymorphic_identity": "elk", "polymorphic_load": "selectin"}


@pytest.fixture
def zoo():
    with Session(new_engine(Zoo)) as session:
        session.add_all(
            [Dog(id=1, bark="woof"), Cat(id=2, claws="sharp"), Owl(id=3, wings="two"), Elk(id=4, antlers="big")]
        )
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


@pytest.mark.parametrize(("key", "column"), [(3, "wings"), (4, "antlers")])
def test_polymorphic_load_loads_subclass_columns_with_the_base(zoo, key, column):
    zoo.expunge_all()
    animal = zoo.execute(select(Animal).where(Animal.id == key)).scalars().one()
    zoo.close()
    assert getattr(animal, column)


def _where(session, statement, key):
    return session.execute(statement.where(Animal.id == key)).scalars().one()


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
    namespace = {"__name__": __name__}
    exec(DATACLASS, namespace)
    owner_class = namespace["Owner"]
    with Session(new_engine(owner_class), expire_on_commit=False) as session:
        owner = owner_class(pets=[]) if given else owner_class()
        assert owner.pets == []
        session.add(owner)
        session.commit()
        assert ("pets" in unloaded(owner)) is (IS_21 and not given)


DATACLASS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column, relationship

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
