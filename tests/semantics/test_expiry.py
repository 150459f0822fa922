"""What commit, rollback and flush unload."""

import asyncio

import pytest
from semantics_world import IS_14, Post, User, new_engine, unloaded
from sqlalchemy import Column, Computed, FetchedValue, ForeignKey, Integer, String, delete, func, inspect, update
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session, column_property, declarative_base, relationship, sessionmaker
from sqlalchemy.orm.exc import DetachedInstanceError
from sqlalchemy.pool import StaticPool

COLUMNS = {"id", "name", "bio"}


def test_commit_expires_every_attribute(session):
    user = session.get(User, 1)
    assert user.posts
    session.commit()
    assert unloaded(user) == {*COLUMNS, "posts"}


def test_commit_expires_what_was_only_read(session):
    user, post = session.get(User, 1), session.get(Post, 1)
    post.title = "changed"
    session.commit()
    assert "name" in unloaded(user)


def test_commit_with_expire_on_commit_false_expires_nothing(engine):
    with Session(engine, expire_on_commit=False) as session:
        user = session.get(User, 1)
        assert user.posts
        session.commit()
        assert unloaded(user) == {"bio"}


def test_the_end_of_a_factory_begin_commits(engine):
    factory = sessionmaker(engine)
    with factory.begin() as session:
        user = session.get(User, 1)
        user.name = "bob"
    with pytest.raises(DetachedInstanceError):
        _ = user.name
    with factory() as session:
        assert session.get(User, 1).name == "bob"


def test_the_end_of_session_begin_commits_and_expires(engine):
    with Session(engine) as session:
        with session.begin():
            user = session.get(User, 1)
        assert "name" in unloaded(user)


def test_the_end_of_an_async_session_begin_commits_and_expires():
    async def main():
        engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
        async with engine.begin() as connection:
            await connection.run_sync(User.metadata.create_all)
        async with AsyncSession(engine) as session:
            async with session.begin():
                user = User(id=1, name="ann")
                session.add(user)
            assert "name" in unloaded(user)
        await engine.dispose()

    asyncio.run(main())


def test_an_object_deleted_in_the_transaction_stays_readable(session):
    user = session.get(User, 1)
    user.posts = []
    session.delete(user)
    session.commit()
    assert inspect(user).detached
    assert user.name == "ann"


@pytest.mark.parametrize("synchronize", ["evaluate", "fetch"])
def test_an_object_deleted_by_an_orm_delete_stays_readable(session, synchronize):
    post = session.get(Post, 1)
    session.execute(delete(Post).where(Post.id == 1).execution_options(synchronize_session=synchronize))
    session.commit()
    assert post.title == "one"


@pytest.mark.parametrize("expire_on_commit", [True, False])
def test_rollback_expires_persistent_objects(engine, expire_on_commit):
    with Session(engine, expire_on_commit=expire_on_commit) as session:
        user = session.get(User, 1)
        session.rollback()
        assert {"id", "name"} <= unloaded(user)


def test_rollback_makes_new_objects_transient_and_readable(session):
    user = User(name="new")
    session.add(user)
    session.flush()
    session.rollback()
    assert inspect(user).transient
    assert user.name == "new"


def test_rollback_leaves_new_objects_that_were_expired_without_values(session):
    user = User(name="new")
    session.add(user)
    session.flush()
    session.expire(user)
    session.rollback()
    assert inspect(user).transient
    with pytest.raises(DetachedInstanceError):
        _ = user.name


def test_rolling_back_a_savepoint_expires_what_changed_inside_it(session):
    user, post = session.get(User, 1), session.get(Post, 1)
    savepoint = session.begin_nested()
    post.title = "changed"
    session.flush()
    savepoint.rollback()
    assert "title" in unloaded(post)
    assert "name" not in unloaded(user)


def test_releasing_a_savepoint_expires_nothing(session):
    post = session.get(Post, 1)
    with session.begin_nested():
        post.title = "changed"
    assert "title" not in unloaded(post)


Defaults = declarative_base()


class Row(Defaults):
    __tablename__ = "row"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    server_made = Column(String, server_default="made")
    expression_made = Column(Integer, default=func.abs(-3))
    stamped = Column(String, onupdate=func.lower("NOW"))
    touched = Column(Integer, default=0, onupdate=lambda: 7)
    triggered = Column(String, server_default="t", server_onupdate=FetchedValue())
    doubled = Column(Integer, Computed("id * 2"))
    shout = column_property(func.upper(name))
    quiet = column_property(func.upper(name), expire_on_flush=False)


class EagerRow(Defaults):
    __table__ = Row.__table__
    __mapper_args__ = {"eager_defaults": True}


class LazyRow(Defaults):
    __table__ = Row.__table__
    __mapper_args__ = {"eager_defaults": False}


@pytest.fixture
def rows():
    with Session(new_engine(Defaults), expire_on_commit=False) as session:
        yield session


UPDATED = {"stamped", "triggered", "doubled"}
INSERTED = {"server_made", "expression_made", "triggered", "doubled"}


def _added(session, cls, **values):
    row = cls(**values)
    session.add(row)
    session.commit()
    return row


def test_insert_unloads_server_defaults_on_14_only(rows):
    row = _added(rows, Row, name="a")
    assert INSERTED & unloaded(row) == (INSERTED if IS_14 else set())


def test_insert_unloads_server_defaults_without_eager_defaults(rows):
    assert unloaded(_added(rows, LazyRow, name="a")) >= INSERTED


def test_insert_with_eager_defaults_fetches_them(rows):
    left = unloaded(_added(rows, EagerRow, name="a")) & INSERTED
    assert left == ({"expression_made"} if IS_14 else set())


def test_insert_keeps_a_value_that_was_given_for_a_server_default(rows):
    row = _added(rows, LazyRow, name="a", server_made="given")
    assert "server_made" not in unloaded(row)


def test_insert_unloads_a_column_property(rows):
    assert "shout" in unloaded(_added(rows, Row, name="a"))


def _updated(session, cls, **values):
    row = _added(session, cls, name="a")
    session.refresh(row)
    for name, value in values.items():
        setattr(row, name, value)
    session.commit()
    return row


def test_update_unloads_what_the_database_computes(rows):
    assert unloaded(_updated(rows, Row, name="b")) & INSERTED.union(UPDATED) == UPDATED


def test_update_keeps_what_python_computes(rows):
    row = _updated(rows, Row, name="b")
    assert "touched" not in unloaded(row)
    assert row.touched == 7


def test_update_with_eager_defaults_fetches_what_the_database_computes(rows):
    left = unloaded(_updated(rows, EagerRow, name="b")) & UPDATED
    assert left == ({"stamped"} if IS_14 else set())


def test_update_unloads_an_attribute_that_was_assigned_an_sql_expression(rows):
    row = _updated(rows, Row, name=func.lower("B"))
    assert "name" in unloaded(row)


@pytest.mark.parametrize("cls", [Row, LazyRow, EagerRow])
def test_insert_and_update_unload_an_sql_expression_with_eager_defaults_too(rows, cls):
    row = _added(rows, cls, name=func.lower("B"))
    assert "name" in unloaded(row)
    assert row.name == "b"
    row.name = func.lower("C")
    rows.flush()
    assert "name" in unloaded(row)


def test_an_sql_expression_for_a_column_with_a_server_default_is_fetched_with_eager_defaults(rows):
    assert "server_made" in unloaded(_added(rows, LazyRow, server_made=func.lower("B")))
    assert "server_made" not in unloaded(_added(rows, EagerRow, server_made=func.lower("B")))


def test_an_sql_expression_for_a_column_with_a_server_onupdate_is_fetched_with_eager_defaults(rows):
    assert "triggered" in unloaded(_updated(rows, Row, triggered=func.lower("B")))
    assert "triggered" not in unloaded(_updated(rows, EagerRow, triggered=func.lower("B")))


def test_update_without_a_net_change_unloads_column_properties_only(rows):
    row = _updated(rows, Row, name="a")
    assert unloaded(row) == {"shout"}


def test_update_unloads_a_column_property(rows):
    assert "shout" in unloaded(_updated(rows, Row, name="b"))


def test_no_flush_unloads_a_column_property_that_does_not_expire_on_flush(rows):
    row = _updated(rows, Row, name="b")
    assert {"shout", "quiet"} & unloaded(row) == {"shout"}


def test_orm_update_expires_what_python_cannot_evaluate(session):
    user = session.get(User, 1)
    session.execute(
        update(User)
        .where(User.id == 1)
        .values(name=func.upper(User.name))
        .execution_options(synchronize_session="evaluate")
    )
    assert "name" in unloaded(user)


def test_orm_update_sets_what_python_can_evaluate(session):
    user = session.get(User, 1)
    session.execute(
        update(User).where(User.id == 1).values(name="bob").execution_options(synchronize_session="evaluate")
    )
    assert "name" not in unloaded(user)
    assert user.name == "bob"


def test_orm_update_expires_onupdate_columns_on_2x(rows):
    row = _added(rows, Row, name="a")
    rows.refresh(row)
    rows.execute(update(Row).values(name="b").execution_options(synchronize_session="evaluate"))
    assert ("stamped" in unloaded(row)) is not IS_14


def test_orm_update_without_synchronisation_leaves_stale_values(session):
    user = session.get(User, 1)
    session.execute(update(User).values(name="bob").execution_options(synchronize_session=False))
    assert user.name == "ann"


def test_a_flush_of_the_foreign_key_leaves_the_loaded_relationship_stale(session):
    post = session.get(Post, 1)
    assert post.user.name == "ann"
    post.user_id = None
    session.flush()
    assert post.user is not None


def test_a_new_object_with_unfetched_defaults_after_rollback():
    with Session(new_engine(Defaults)) as session:
        row = Row(name="a")
        session.add(row)
        session.flush()
        session.rollback()
        assert row.name == "a"
        if IS_14:
            with pytest.raises(DetachedInstanceError):
                _ = row.server_made
        else:
            assert row.server_made == "made"


def _child():
    base = declarative_base()

    class Parent(base):
        __tablename__ = "parent"
        id = Column(Integer, primary_key=True)
        children = relationship("Child")

    class Child(base):
        __tablename__ = "child"
        id = Column(Integer, primary_key=True)
        parent_id = Column(ForeignKey("parent.id"))

    return base, Parent, Child


def test_a_flush_without_commit_keeps_collections():
    base, parent_class, child_class = _child()
    with Session(new_engine(base)) as own:
        parent = parent_class(children=[child_class()])
        own.add(parent)
        own.flush()
        assert "children" not in unloaded(parent)
