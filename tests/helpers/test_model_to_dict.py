"""`model_to_dict` in a synchronous session, attached and detached; every claim of its docstring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers_models import Badge, Base, Employee, Engineer, Line, Manager, Note, Point, Post, Shape, User, ann
from sqlalchemy import inspect, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session, defer, joinedload, load_only, selectinload, undefer
from sqlalchemy.orm.exc import DetachedInstanceError, ObjectDeletedError

from sessile.helpers.session_helpers import model_to_dict

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

COLUMNS = {"id", "email", "first", "last_name", "settings", "tags", "created_at", "x", "y", "post_count"}


class TestLoaded:
    def test_columns_by_attribute_name_without_deferred_and_relationships(self, engine, user_id, statements):
        with Session(engine) as session:
            user = session.get(User, user_id)
            statements.clear()
            data = model_to_dict(user)
        assert set(data) == COLUMNS
        assert statements == []
        assert (data["last_name"], data["post_count"], data["settings"]) == ("Lee", 2, {"theme": {"dark": True}})

    def test_none_stays_none(self):
        assert model_to_dict(None) is None
        assert model_to_dict(None, include=["anything"]) is None

    def test_detached_but_loaded_needs_no_session(self, engine, user_id):
        with Session(engine) as session:
            user = session.get(User, user_id)
        assert model_to_dict(user)["email"] == "ann@example.org"

    def test_pending_changes_are_seen(self, engine, user_id):
        with Session(engine) as session:
            user = session.get(User, user_id)
            user.first = "Anna"
            assert model_to_dict(user)["first"] == "Anna"

    def test_containers_are_copies(self, engine, user_id):
        with Session(engine) as session:
            user = session.get(User, user_id)
            data = model_to_dict(user)
            data["settings"]["theme"]["dark"] = False
            data["tags"].append("c")
            assert type(data["settings"]) is dict
            assert user.settings == {"theme": {"dark": True}}
            assert user.tags == ["a", "b"]
            assert user not in session.dirty


class TestNew:
    def test_transient_gives_none_for_what_is_not_set(self):
        data = model_to_dict(User(first="Bo"))
        assert set(data) == COLUMNS | {"biography"}
        assert (data["first"], data["id"], data["created_at"]) == ("Bo", None, None)

    def test_pending_sends_nothing(self, engine, statements):
        with Session(engine) as session:
            user = User(first="Bo", email="b@example.org")
            session.add(user)
            assert model_to_dict(user)["id"] is None
            assert statements == []

    def test_flushed_gives_defaults_of_the_server_and_none_for_the_unset(self, engine):
        with Session(engine) as session:
            user = User(first="Bo", email="b@example.org")
            session.add(user)
            session.flush()
            data = model_to_dict(user)
        assert data["created_at"] is not None
        assert data["last_name"] is None
        assert set(data) >= COLUMNS

    def test_unset_columns_of_a_flushed_object_survive_the_session(self, engine):
        with Session(engine, expire_on_commit=False) as session:
            line = Line(number=1, order_id=7)
            session.add(line)
            session.commit()
        assert model_to_dict(line) == {"number": 1, "order_id": 7, "article": None}


class TestExpired:
    def test_straight_after_commit_inside_the_session_it_is_complete(self, engine, user_id, statements):
        def rename() -> dict[str, object]:
            with Session(engine) as session:
                user = session.get(User, user_id)
                user.first = "Anna"
                session.commit()
                statements.clear()
                return model_to_dict(user)

        data = rename()
        assert set(data) == COLUMNS
        assert data["first"] == "Anna"
        assert len(statements) == 1

    def test_after_rollback_it_is_the_old_row(self, engine, user_id):
        with Session(engine) as session:
            user = session.get(User, user_id)
            user.first = "Anna"
            session.rollback()
            assert model_to_dict(user)["first"] == "Ann"

    def test_one_expired_column_is_loaded_alone(self, engine, user_id, statements):
        with Session(engine) as session:
            user = session.get(User, user_id)
            session.expire(user, ["first"])
            statements.clear()
            assert model_to_dict(user)["first"] == "Ann"
            assert len(statements) == 1

    def test_deferred_columns_are_not_loaded_by_expiry(self, engine, user_id):
        with Session(engine) as session:
            user = session.get(User, user_id, options=[undefer(User.biography)])
            assert model_to_dict(user)["biography"] == "long"
            session.commit()
            assert "email" in model_to_dict(user)

    def test_detached_raises_with_the_remedy(self, engine, user_id):
        with Session(engine) as session:
            user = session.get(User, user_id)
            session.commit()
        with pytest.raises(DetachedInstanceError, match=r"detached.*Call model_to_dict\(\) before") as caught:
            model_to_dict(user)
        assert "sqlalche.me/e/" in str(caught.value)
        assert "bhk3" in str(caught.value)

    def test_detached_key_comes_from_the_identity(self, engine, statements):
        with Session(engine) as session:
            session.add(Line(number=3, order_id=9, article="x"))
            session.commit()
            line = session.get(Line, (3, 9))
            session.commit()
        statements.clear()
        assert model_to_dict(line, exclude=["article"]) == {"number": 3, "order_id": 9}
        assert statements == []

    def test_excluded_expired_columns_are_not_loaded(self, engine, user_id, statements):
        with Session(engine) as session:
            user = session.get(User, user_id)
            session.expire(user, ["first"])
            statements.clear()
            model_to_dict(user, exclude=["first"])
            assert statements == []

    def test_row_that_is_gone_raises_as_reading_does(self, engine, user_id):
        with Session(engine) as session:
            tagged = session.get(User, user_id)
            session.commit()
            with Session(engine) as other:
                other.query(Post).delete()
                other.query(User).delete()
                other.commit()
            with pytest.raises(ObjectDeletedError):
                model_to_dict(tagged)


class TestDeferred:
    @pytest.mark.parametrize("option", [load_only(User.id, User.first), defer(User.email)])
    @pytest.mark.usefixtures("user_id")
    def test_columns_that_the_query_left_out_are_left_out(self, engine, statements, option):
        with Session(engine) as session:
            user = session.scalars(select(User).options(option)).unique().one()
            statements.clear()
            data = model_to_dict(user)
            assert "email" not in data
            assert data["first"] == "Ann"
            assert statements == []
            assert model_to_dict(user, include=["email"])["email"] == "ann@example.org"

    def test_deferred_column_is_loaded_when_named(self, engine, user_id):
        with Session(engine) as session:
            user = session.get(User, user_id)
            assert "biography" not in model_to_dict(user)
            assert model_to_dict(user, include="biography")["biography"] == "long"

    def test_deferred_column_of_a_detached_object_raises_when_named(self, engine, user_id):
        with Session(engine) as session:
            user = session.get(User, user_id)
        assert "biography" not in model_to_dict(user)
        with pytest.raises(DetachedInstanceError, match=r"User\.biography is not loaded"):
            model_to_dict(user, include={"biography"})


class TestInclude:
    def test_relationships(self, engine, user_id):
        with Session(engine) as session:
            data = model_to_dict(session.get(User, user_id), include=["posts", "badges", "notes", "by_title"])
        assert [post["title"] for post in data["posts"]] == ["one", "two"]
        assert "author" not in data["posts"][0]
        assert [badge["name"] for badge in data["badges"]] == ["early"]
        assert [note["text"] for note in data["notes"]] == ["n"]
        assert data["by_title"]["two"]["title"] == "two"

    def test_empty_and_missing_targets(self, engine):
        with Session(engine) as session:
            post = Post(title="orphan")
            session.add_all([post, User(email="e@example.org")])
            session.commit()
            assert model_to_dict(post, include=["author"])["author"] is None
            user = session.scalars(select(User)).unique().one()
            assert model_to_dict(user, include=["posts", "latest_post"])["posts"] == []
            assert model_to_dict(user, include=["latest_post"])["latest_post"] is None

    @pytest.mark.usefixtures("user_id")
    def test_dotted_paths(self, engine):
        with Session(engine) as session:
            post = session.scalars(select(Post)).first()
            data = model_to_dict(post, include=["author.badges"])
        assert data["author"]["email"] == "ann@example.org"
        assert data["author"]["badges"][0]["name"] == "early"

    def test_cycles_are_cut(self, engine, user_id):
        with Session(engine) as session:
            data = model_to_dict(session.get(User, user_id), include=["posts.author.posts.author"])
        assert data["posts"][0]["author"]["first"] == "Ann"
        assert "posts" not in data["posts"][0]["author"]

    @pytest.mark.usefixtures("user_id")
    def test_the_same_object_twice_is_no_cycle(self, engine):
        with Session(engine) as session:
            posts = [model_to_dict(p, include=["author.badges"]) for p in session.scalars(select(Post))]
        assert [len(post["author"]["badges"]) for post in posts] == [1, 1]

    def test_hybrids_synonyms_composites_proxies_properties(self, engine, user_id):
        names = ["full_name", "shouted", "mail", "place", "titles", "initial"]
        with Session(engine) as session:
            data = model_to_dict(session.get(User, user_id), include=names)
        assert data["full_name"] == "Ann Lee"
        assert data["shouted"] == "ANN"
        assert data["mail"] == "ann@example.org"
        assert data["place"] == Point(1, 2)
        assert data["titles"] == ["one", "two"]
        assert data["initial"] == "A"

    def test_property_that_gives_an_entity(self, engine, user_id):
        with Session(engine) as session:
            data = model_to_dict(session.get(User, user_id), include=["latest_post.author"])
        assert data["latest_post"]["title"] == "two"
        assert data["latest_post"]["author"]["id"] == user_id

    @pytest.mark.parametrize("load", [selectinload, joinedload])
    @pytest.mark.usefixtures("user_id")
    def test_loaded_relationship_of_a_detached_object(self, engine, load):
        with Session(engine) as session:
            user = session.scalars(select(User).options(load(User.posts))).unique().one()
        assert len(model_to_dict(user, include=["posts"])["posts"]) == 2

    @pytest.mark.parametrize("name", ["posts", "notes", "titles", "latest_post"])
    def test_unloaded_on_a_detached_object_raises_and_names_the_loader(self, engine, user_id, name):
        with Session(engine) as session:
            user = session.get(User, user_id)
        with pytest.raises(DetachedInstanceError, match=rf"User\.{name} is not loaded.*selectinload"):
            model_to_dict(user, include=[name])

    def test_raise_loaded_relationship_raises_what_it_is_mapped_to(self, engine, user_id):
        with Session(engine) as session, pytest.raises(InvalidRequestError, match="lazy='raise'"):
            model_to_dict(session.get(User, user_id), include=["guarded"])

    def test_methods_are_refused(self, engine, user_id):
        with Session(engine) as session, pytest.raises(TypeError, match="is a method"):
            model_to_dict(session.get(User, user_id), include=["is_called"])

    @pytest.mark.parametrize("names", [{"include": ["pots"]}, {"exclude": "pasword"}])
    def test_unknown_names_raise(self, names):
        with pytest.raises(AttributeError, match="User has no attribute"):
            model_to_dict(User(), **names)


class TestExclude:
    def test_top_and_below_and_over_include(self, engine, user_id):
        with Session(engine) as session:
            user = session.get(User, user_id)
            data = model_to_dict(
                user, include=["posts.author", "mail"], exclude=["mail", "email", "posts.author.email"]
            )
        assert not {"mail", "email"} & set(data)
        assert "email" not in data["posts"][0]["author"]
        assert data["posts"][0]["author"]["first"] == "Ann"

    def test_parent_and_path_together(self, engine, user_id):
        with Session(engine) as session:
            data = model_to_dict(session.get(User, user_id), include=["posts"], exclude=["posts", "posts.title"])
        assert "posts" not in data


class TestInheritance:
    @pytest.fixture
    def staff(self, engine: Engine) -> Engine:
        with Session(engine) as session:
            session.add_all([Engineer(name="E", language="C"), Manager(name="M", budget=5), Employee(name="P")])
            session.commit()
        return engine

    def test_subclass_columns_are_complete_when_loaded_through_the_base(self, staff):
        with Session(staff) as session:
            rows = [model_to_dict(e) for e in session.scalars(select(Employee).order_by(Employee.id))]
        assert rows[0] == {"id": 1, "name": "E", "kind": "engineer", "language": "C"}
        assert rows[1] == {"id": 2, "name": "M", "kind": "manager", "budget": 5}
        assert rows[2] == {"id": 3, "name": "P", "kind": "employee"}

    def test_detached_subclass_columns_raise(self, staff):
        with Session(staff) as session:
            engineer = session.scalars(select(Employee)).first()
        with pytest.raises(DetachedInstanceError, match=r"Engineer\.language"):
            model_to_dict(engineer)
        assert model_to_dict(engineer, exclude=["language"])["name"] == "E"

    def test_a_name_that_only_a_sibling_has_is_passed_over(self, staff):
        with Session(staff) as session:
            rows = [model_to_dict(e, exclude=["budget"]) for e in session.scalars(select(Employee))]
        assert all("budget" not in row for row in rows)

    def test_attributes_of_sqlalchemy_itself_are_left_out(self, engine):
        with Session(engine) as session:
            session.add(Shape(sides=3))
            session.commit()
            shape = session.scalars(select(Shape)).one()
            assert "_sa_polymorphic_on" in inspect(Shape).column_attrs
            assert model_to_dict(shape) == {"id": 1, "sides": 3}


class TestWrongArguments:
    @pytest.mark.usefixtures("user_id")
    def test_row(self, engine):
        with Session(engine) as session:
            row = session.execute(select(User)).unique().first()
            with pytest.raises(TypeError, match=r"given a Row.*session\.scalars"):
                model_to_dict(row)

    @pytest.mark.parametrize(
        ("value", "said"), [(User, "the class User"), ({"a": 1}, "a dict"), (3, "a int"), ([], "a list")]
    )
    def test_others(self, value, said):
        with pytest.raises(TypeError, match=said):
            model_to_dict(value)


@pytest.mark.parametrize("expire_on_commit", [True, False])
@pytest.mark.parametrize("entity", [User, Post, Note, Badge])
@pytest.mark.usefixtures("user_id")
def test_agrees_with_reading_each_attribute(engine, entity, expire_on_commit):
    """The oracle: what is given is what the attribute reads, and what is left out was deferred."""
    with Session(engine, expire_on_commit=expire_on_commit) as session:
        loaded = session.scalars(select(entity)).unique().first()
        session.commit()
        data = model_to_dict(loaded)
        keys = inspect(entity).column_attrs.keys()
        assert {key: getattr(loaded, key) for key in data} == data
        assert set(keys) - set(data) == ({"biography"} if entity is User else set())


def test_every_mapped_class_of_the_tests_converts_when_new():
    for mapper in Base.registry.mappers:
        named = {attribute.key for attribute in mapper.column_attrs if not attribute.key.startswith("_sa_")}
        assert set(model_to_dict(mapper.class_())) == named


def test_ann_converts_before_she_is_saved():
    data = model_to_dict(ann(), include=["posts"])
    assert [post["title"] for post in data["posts"]] == ["one", "two"]
