"""`query_one`, `query_all`, `query_scalar`, `query_exists` and `safe_get`, in both kinds of session and scoped ones."""

from __future__ import annotations

import asyncio
import warnings

import pytest
import sqlalchemy
from helpers_models import Line, Post, Tag, User
from helpers_sessions import open_async_session
from sqlalchemy import delete, event, func, literal, select, text, union
from sqlalchemy.exc import ArgumentError, MultipleResultsFound, ResourceClosedError
from sqlalchemy.ext.asyncio import async_scoped_session
from sqlalchemy.orm import Session, joinedload, scoped_session, sessionmaker, with_loader_criteria

from sessile.helpers.session_helpers import query_all, query_exists, query_one, query_scalar, safe_get


@pytest.fixture
def session(engine, user_id):
    assert user_id == 1
    with Session(engine) as session:
        yield session


class TestQueryOne:
    def test_entity_not_row(self, session):
        assert isinstance(query_one(session, select(Post).where(Post.title == "one")), Post)

    def test_single_column_is_its_value(self, session):
        assert query_one(session, select(func.count(Post.id))) == 2
        assert query_one(session, text("SELECT email FROM users")) == "ann@example.org"

    def test_several_things_are_a_row(self, session):
        row = query_one(session, select(Post, User.email).join(User, Post.author_id == User.id).where(Post.id == 1))
        assert isinstance(row.Post, Post)
        assert row.email == "ann@example.org"

    def test_nothing_is_none(self, session):
        assert query_one(session, select(Post).where(Post.id == 99)) is None
        assert query_one(session, select(Post).where(Post.id == 99), Post) is None

    def test_several_raise(self, session):
        with pytest.raises(MultipleResultsFound):
            query_one(session, select(Post))

    def test_unique_is_applied_where_needed(self, session):
        user = query_one(session, select(User).options(joinedload(User.posts)))
        assert len(user.posts) == 2

    def test_model_class_is_checked(self, session):
        assert isinstance(query_one(session, select(User), User), User)
        assert query_one(session, select(User.email), str) == "ann@example.org"
        with pytest.raises(TypeError, match=r"yields a Post where User is expected.*select\(User\)"):
            query_one(session, select(Post).limit(1), User)
        with pytest.raises(TypeError, match="yields a Row where User"):
            query_one(session, select(User, User.email), User)

    def test_native_errors_are_kept(self, session):
        if sqlalchemy.__version__ >= "2":  # 1.4 still takes a plain string
            with pytest.raises(ArgumentError, match="text"):
                query_one(session, "SELECT 1")
        with pytest.raises(ResourceClosedError):
            query_one(session, delete(Tag))


class TestQueryAll:
    def test_entities_values_rows(self, session):
        assert [type(post) for post in query_all(session, select(Post))] == [Post, Post]
        assert query_all(session, select(Post.title).order_by(Post.id)) == ["one", "two"]
        assert query_all(session, select(Post.id, Post.title).order_by(Post.id)) == [(1, "one"), (2, "two")]
        assert query_all(session, select(Post).where(Post.id > 9)) == []

    def test_duplicates_of_a_plain_join_are_kept(self, session):
        joined = select(Post.author_id, literal(1)).join(User, User.id == Post.author_id)
        assert query_all(session, joined) == [(1, 1), (1, 1)]
        tags = [Tag(name=name, colour="red") for name in "ab"]
        session.add_all(tags)
        session.flush()
        crossed = select(Tag).join(Post, text("1=1"))
        assert len(query_all(session, crossed)) == 4

    def test_collections_loaded_by_a_join_are_unique(self, session):
        session.add(User(email="b@example.org"))
        session.flush()
        assert len(query_all(session, select(User).options(joinedload(User.posts)), User)) == 2

    def test_union_and_from_statement(self, session):
        both = union(select(Post).where(Post.id == 1), select(Post).where(Post.id == 2))
        assert [type(post) for post in query_all(session, select(Post).from_statement(both))] == [Post, Post]
        assert len(query_all(session, both)[0]) == 3

    def test_model_class(self, session):
        assert len(query_all(session, select(Post), Post)) == 2
        with pytest.raises(TypeError, match="a Row where Post"):
            query_all(session, select(Post.id, Post.title), Post)


class TestScalarAndExists:
    def test_scalar(self, session):
        assert query_scalar(session, select(func.count()).select_from(Post)) == 2
        assert query_scalar(session, select(Post.title).where(Post.id == 9)) is None
        assert query_scalar(session, select(User)).email == "ann@example.org"

    def test_exists_loads_nothing(self, session, statements):
        statements.clear()
        assert query_exists(session, select(User).where(User.email == "ann@example.org")) is True
        assert query_exists(session, select(User).where(User.email == "nobody")) is False
        assert all("EXISTS" in statement for statement in statements)
        assert not list(session.identity_map)

    def test_exists_of_other_statements(self, session):
        assert query_exists(session, text("SELECT 1 FROM posts"))
        assert query_exists(session, text("SELECT id FROM posts").columns(Post.id))
        assert query_exists(session, union(select(Post.id), select(User.id)))
        assert query_exists(session, select(User).options(joinedload(User.posts)))
        assert not query_exists(session, select(Post).limit(5).offset(2))

    def test_exists_respects_criteria_of_the_session(self, session):
        @event.listens_for(session, "do_orm_execute")
        def tenant(execute_state):
            criteria = with_loader_criteria(Post, Post.title == "one")
            execute_state.statement = execute_state.statement.options(criteria)

        assert query_exists(session, select(Post).where(Post.id == 1))
        assert not query_exists(session, select(Post).where(Post.id == 2))

    def test_exists_sees_what_is_pending(self, session):
        session.add(Tag(name="new", colour="red"))
        assert query_exists(session, select(Tag).where(Tag.name == "new"))


class TestSafeGet:
    def test_found_missing_and_dictionary(self, session, user_id):
        assert safe_get(session, User, user_id).email == "ann@example.org"
        assert safe_get(session, User, 99) is None
        assert safe_get(session, User, 99, to_dict=True) is None
        assert safe_get(session, User, user_id, to_dict=True)["email"] == "ann@example.org"

    @pytest.mark.parametrize(
        ("model", "key"), [(User, None), (Line, (None, None)), (Line, {"number": None, "order_id": None})]
    )
    def test_none_is_no_key_and_asks_nothing(self, session, statements, model, key):
        statements.clear()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert safe_get(session, model, key) is None
        assert statements == []

    @pytest.mark.parametrize("key", [(3, 9), {"number": 3, "order_id": 9}])
    def test_composite_keys(self, session, key):
        session.add(Line(number=3, order_id=9, article="x"))
        session.flush()
        session.expunge_all()
        assert safe_get(session, Line, key).article == "x"

    def test_expired_object_that_the_session_holds(self, session, user_id):
        held = session.get(User, user_id)
        session.commit()
        data = safe_get(session, User, user_id, to_dict=True)
        assert data["email"] == "ann@example.org"
        assert held is safe_get(session, User, user_id)


def test_scoped_session(engine, user_id):
    registry = scoped_session(sessionmaker(engine))
    try:
        assert query_one(registry, select(User), User).id == user_id
        assert safe_get(registry, User, user_id) in registry()
        assert query_exists(registry, select(User))
    finally:
        registry.remove()


async def check_all(session) -> None:
    user = await query_one(session, select(User).options(joinedload(User.posts)), User)
    assert user.email == "ann@example.org"
    assert [type(post) for post in await query_all(session, select(Post))] == [Post, Post]
    assert await query_scalar(session, select(func.count(Post.id))) == 2
    assert await query_exists(session, select(Post).where(Post.id == 9)) is False
    assert await safe_get(session, Post, None) is None
    await session.commit()
    assert (await safe_get(session, User, 1, to_dict=True))["first"] == "Ann"
    with pytest.raises(TypeError, match="yields a Post"):
        await query_all(session, select(Post), User)


def test_async_session(tmp_path):
    async def main() -> None:
        async with open_async_session(tmp_path) as session:
            await check_all(session)

    asyncio.run(main())


def test_async_scoped_session(tmp_path):
    async def main() -> None:
        async with open_async_session(tmp_path) as session:
            registry = async_scoped_session(lambda: session, scopefunc=asyncio.current_task)
            await check_all(registry)

    asyncio.run(main())
