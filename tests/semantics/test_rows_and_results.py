"""What comes out of `execute`, `scalars`, `exec` and `Query`, and what a result allows afterwards."""

import pytest
from semantics_world import Post, User, new_engine, run, variant
from sqlalchemy import func, select, text, union
from sqlalchemy.engine import Row
from sqlalchemy.exc import InvalidRequestError, ResourceClosedError
from sqlalchemy.orm import Session, contains_eager, joinedload, relationship

UserJoined = variant(User, joined=relationship(Post, lazy="joined", viewonly=True))
COLLECTIONS = {
    "option": select(User).options(joinedload(User.posts)),
    "contains_eager": select(User).join(User.posts).options(contains_eager(User.posts)),
    "mapped": select(UserJoined),
}
MANY_TO_ONE = select(Post).options(joinedload(Post.user))


# ---- rows


def test_execute_of_an_entity_yields_rows(session):
    row = session.execute(select(User)).one()
    assert isinstance(row, Row)
    assert row[0].name == row.User.name == "ann"
    with pytest.raises(AttributeError):
        _ = row.name


def test_scalars_yields_the_entity(session):
    assert isinstance(session.scalars(select(User)).one(), User)
    assert isinstance(session.execute(select(User)).scalars().one(), User)
    assert isinstance(session.scalar(select(User)), User)


def test_scalars_of_added_columns_still_yields_the_entity(session):
    assert isinstance(session.scalars(select(User).add_columns(User.id)).one(), User)


def test_a_union_yields_columns(session):
    statement = union(select(User.id, User.name), select(User.id, User.name).where(User.id == 1))
    assert session.execute(statement).all() == [(1, "ann")]
    assert session.scalars(statement).all() == [1]
    assert not isinstance(session.scalars(union(select(User), select(User))).one(), User)


def test_scalars_of_from_statement_yields_the_entity(session):
    statement = select(User).from_statement(text("select * from user"))
    assert isinstance(session.scalars(statement).one(), User)


def test_a_query_of_one_entity_yields_the_entity_and_of_columns_rows(session):
    assert isinstance(session.query(User).one(), User)
    assert isinstance(session.query(User.id).one(), Row)
    assert isinstance(session.query(User, User.id).one(), Row)


def test_a_row_compared_to_a_number_is_false(session):
    row = session.execute(select(func.count()).select_from(User)).one()
    assert (row == 1) is False
    assert row == (1,)


def test_a_row_of_zero_is_true(session):
    row = session.execute(select(func.count()).select_from(User).where(User.id > 5)).one()
    assert row[0] == 0
    assert bool(row) is True


def test_computing_with_a_row_is_a_type_error(session):
    row = session.execute(select(func.count()).select_from(User)).one()
    with pytest.raises(TypeError):
        _ = row + 1


# ---- unique

NEEDING = {
    "all": lambda result: result.all(),
    "one": lambda result: result.one(),
    "one_or_none": lambda result: result.one_or_none(),
    "iteration": list,
    "scalars().all": lambda result: result.scalars().all(),
    "scalars().one": lambda result: result.scalars().one(),
    "scalar_one": lambda result: result.scalar_one(),
    "scalar_one_or_none": lambda result: result.scalar_one_or_none(),
    "fetchall": lambda result: result.fetchall(),
    "fetchone": lambda result: result.fetchone(),
    "fetchmany": lambda result: result.fetchmany(5),
    "partitions": lambda result: list(result.partitions()),
    "mappings().all": lambda result: result.mappings().all(),
}
NOT_NEEDING = {
    "first": lambda result: result.first(),
    "scalar": lambda result: result.scalar(),
    "scalars().first": lambda result: result.scalars().first(),
}


@pytest.mark.parametrize("statement", COLLECTIONS.values(), ids=COLLECTIONS)
@pytest.mark.parametrize("fetch", NEEDING.values(), ids=NEEDING)
def test_a_joined_collection_needs_unique(engine, statement, fetch):
    with Session(engine, future=True) as session:
        with pytest.raises(InvalidRequestError, match=r"unique\(\)"):
            fetch(session.execute(statement))
        assert fetch(session.execute(statement).unique())


@pytest.mark.parametrize("statement", COLLECTIONS.values(), ids=COLLECTIONS)
@pytest.mark.parametrize("fetch", NOT_NEEDING.values(), ids=NOT_NEEDING)
def test_the_first_row_needs_no_unique(session, statement, fetch):
    assert fetch(session.execute(statement))


@pytest.mark.parametrize("statement", COLLECTIONS.values(), ids=COLLECTIONS)
def test_scalar_get_and_query_need_no_unique(session, statement):
    assert session.scalar(statement)
    assert session.get(UserJoined, 1)
    assert session.get(User, 1, options=[joinedload(User.posts)])
    assert len(session.query(User).options(joinedload(User.posts)).all()) == 1
    assert len(session.query(UserJoined).all()) == 1


@pytest.mark.parametrize("fetch", NEEDING.values(), ids=NEEDING)
def test_a_joined_many_to_one_needs_no_unique(session, fetch):
    assert fetch(session.execute(MANY_TO_ONE.limit(1)))


def test_no_row_needs_no_unique(session):
    assert session.execute(COLLECTIONS["option"].where(User.id > 5)).all() == []


@pytest.mark.parametrize("unique", [True, False])
def test_yield_per_with_a_joined_collection_raises_regardless(session, unique):
    statement = COLLECTIONS["option"].execution_options(yield_per=1)
    with pytest.raises(InvalidRequestError):
        _ = (lambda result: result.unique() if unique else result)(session.execute(statement)).all()


# ---- results after their session


def test_an_entity_result_read_after_close_raises(session):
    result = session.execute(select(User))
    session.close()
    with pytest.raises(InvalidRequestError):
        result.all()


def test_a_scalars_result_read_after_close_raises(session):
    result = session.scalars(select(User))
    session.close()
    with pytest.raises(InvalidRequestError):
        result.all()


def test_a_query_runs_on_the_reopened_session(session):
    query = session.query(User)
    session.close()
    assert query.one().name == "ann"
    assert session.in_transaction()


def test_an_async_result_is_buffered_and_readable_after_close():
    async def main(session):
        result = await session.execute(select(User))
        await session.close()
        return [user.name for user in result.scalars()]

    assert run(main) == ["ann"]


def test_a_result_fetched_after_a_commit_holds_expired_objects():
    async def main(session):
        result = await session.execute(select(User))
        await session.commit()
        return result.scalars().one().__dict__.keys() & {"name"}

    assert run(main) == set()


def test_a_result_consumed_twice_is_empty(session):
    result = session.execute(select(User))
    assert len(result.all()) == 1
    assert result.all() == []
    scalars = session.scalars(select(User))
    assert len(list(scalars)) == 1
    assert list(scalars) == []


@pytest.mark.parametrize("fetch", ["first", "one", "one_or_none", "scalar", "scalar_one"])
def test_a_result_is_closed_after_a_single_row(session, fetch):
    result = session.execute(select(User))
    getattr(result, fetch)()
    with pytest.raises(ResourceClosedError):
        result.all()


# ---- SQLModel


@pytest.fixture
def hero_session():
    sqlmodel = pytest.importorskip("sqlmodel")
    from sqlalchemy.orm import registry

    class OwnBase(sqlmodel.SQLModel, registry=registry()):
        pass

    class Hero(OwnBase, table=True):
        id: int | None = sqlmodel.Field(default=None, primary_key=True)
        name: str

    with sqlmodel.Session(new_engine(OwnBase)) as session:
        session.add(Hero(id=1, name="ann"))
        session.commit()
        yield session, Hero, sqlmodel


def test_exec_of_sqlmodels_select_yields_the_thing_itself(hero_session):
    session, hero, sqlmodel = hero_session
    assert isinstance(session.exec(sqlmodel.select(hero)).one(), hero)
    assert session.exec(sqlmodel.select(hero.name)).one() == "ann"
    assert isinstance(session.exec(sqlmodel.select(hero).add_columns(hero.id)).one(), hero)


def test_exec_of_anything_else_yields_rows(hero_session):
    session, hero, sqlmodel = hero_session
    assert isinstance(session.exec(select(hero)).one(), Row)
    assert isinstance(session.exec(sqlmodel.select(hero, hero.id)).one(), Row)
    assert isinstance(session.exec(sqlmodel.text("select * from hero")).one(), Row)
    both = sqlmodel.union(sqlmodel.select(hero), sqlmodel.select(hero).where(hero.id == 1))
    assert isinstance(session.exec(both).one(), Row)


def test_exec_of_from_statement(hero_session):
    session, hero, sqlmodel = hero_session
    statement = sqlmodel.select(hero).from_statement(sqlmodel.text("select * from hero"))
    assert isinstance(session.exec(statement).one(), Row)


def test_exec_takes_parameters_by_keyword_only(hero_session):
    session, _, sqlmodel = hero_session
    statement = sqlmodel.text("select name from hero where id = :id")
    assert session.exec(statement, params={"id": 1}).one() == ("ann",)
    with pytest.raises(TypeError):
        session.exec(statement, {"id": 1})
