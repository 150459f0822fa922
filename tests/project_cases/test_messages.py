"""A finding names the chain: what happened in another function, with its module, file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile import engine
from sessile.project.settings import Settings
from sessile.project.workspace import Workspace
from sessile.text import Document

if TYPE_CHECKING:
    from pathlib import Path

    from sessile.rules.finding import Finding

MODELS = """from __future__ import annotations

from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list[Post]] = relationship()


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


engine = create_engine("sqlite://")
"""
CRUD = """class Users:
    def finish(self, session):
        session.commit()
        session.close()

    def leave(self, session):
        session.close()


users = Users()
"""
MAIN = """from crud import users
from models import Session, User, engine


def f() -> str:
    session = Session(engine)
    user = session.get(User, 1)
    {what}
    return user.{name}
"""


def finding(tmp_path: Path, what: str, name: str, above: str = "") -> Finding:
    texts = {"models.py": MODELS, "crud.py": above + CRUD, "main.py": MAIN.format(what=what, name=name)}
    for each, text in texts.items():
        (tmp_path / each).write_text(text)
    document = Document(str(tmp_path / "main.py"), texts["main.py"])
    (found,) = engine.analyze(document, Workspace(str(tmp_path)), Settings(root=str(tmp_path))).findings
    return found


def test_the_commit_of_a_callee(tmp_path: Path) -> None:
    found = finding(tmp_path, "users.finish(session)", "name")
    assert "is expired by the commit in `crud.Users.finish` (crud.py:3) and its session has ended, so" in found.message
    assert [(each.location.path[-7:], each.location.range.start.line) for each in found.related[1:]] == [
        ("crud.py", 3),
        ("crud.py", 4),
    ]


def test_the_line_is_where_it_stands_now(tmp_path: Path) -> None:
    assert "(crud.py:5)" in finding(tmp_path, "users.finish(session)", "name", above="# one\n# two\n").message


def test_the_close_of_a_callee(tmp_path: Path) -> None:
    found = finding(tmp_path, "users.leave(session)", "posts")
    assert "was never loaded and its session has ended in `crud.Users.leave` (crud.py:7), so" in found.message


def test_in_the_same_function_nothing_is_added(tmp_path: Path) -> None:
    found = finding(tmp_path, "session.commit(); session.close()", "name")
    assert "is expired and its session has ended, so" in found.message


def test_a_module_is_called_by_its_package(tmp_path: Path) -> None:
    (tmp_path / "crud").mkdir()
    (tmp_path / "crud" / "__init__.py").write_text(CRUD)
    found = finding(tmp_path, "users.finish(session)", "name")
    assert "in `crud.Users.finish` (__init__.py:3)" in found.message


LOOP = """from models import Post, Session, User, engine
from sqlalchemy import select


def shown(user: User) -> str:
    return f"{len(user.posts)} {user.team.name} {user.mother.name}"


def f(session: Session) -> list[str]:
    return [shown(user) for user in session.scalars(select(User))]
"""


def test_one_call_loads_several_things(tmp_path: Path) -> None:
    more = """
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    team: Mapped[Team] = relationship()
    mother: Mapped[Team] = relationship()


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
"""
    posts = "    posts: Mapped[list[Post]] = relationship()\n"
    (tmp_path / "models.py").write_text(MODELS.replace(posts, posts + more))
    document = Document(str(tmp_path / "main.py"), LOOP)
    (found,) = engine.analyze(document, Workspace(str(tmp_path)), Settings(root=str(tmp_path))).findings
    assert found.message == (
        "`posts` and `team` and `mother` of each User are loaded on their own, so this loop sends one query per item "
        "and 2 queries for each different Team (N+1); load them together with the items by selectinload(User.posts), "
        "selectinload(User.team), selectinload(User.mother)"
    )


ALIAS = """from models import Session, User
from sqlalchemy import select
from sqlalchemy.orm import aliased


def f(session: Session) -> None:
    other = aliased(User)
    for user in session.scalars(select(other)):
        print(user.posts)
"""


def test_the_option_names_the_alias(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(MODELS)
    document = Document(str(tmp_path / "main.py"), ALIAS)
    (found,) = engine.analyze(document, Workspace(str(tmp_path)), Settings(root=str(tmp_path))).findings
    assert found.message.endswith("load it together with the items by selectinload(other.posts)")


def test_a_relationship_that_a_backref_gives(tmp_path: Path) -> None:
    given = MODELS.replace("    posts: Mapped[list[Post]] = relationship()\n", "")
    given = given.replace("\n\n\nengine", '\n    user: Mapped[User] = relationship(backref="posts")\n\n\nengine')
    (tmp_path / "models.py").write_text(given)
    document = Document(str(tmp_path / "main.py"), ALIAS)
    (found,) = engine.analyze(document, Workspace(str(tmp_path)), Settings(root=str(tmp_path))).findings
    assert found.message.endswith("load it together with the items by selectinload(other.posts)")


WAY = """from models import Session, User
from sqlalchemy import select
from sqlalchemy.orm import joinedload


def f(session: Session) -> None:
    for user in session.scalars(select(User)):
        for post in user.posts:
            print(post.comments)


def joined(session: Session) -> None:
    for user in session.scalars(select(User).options(joinedload(User.posts))).unique():
        for post in user.posts:
            print(post.comments)


def g(session: Session) -> list[int]:
    return [len(user.posts) for user in session.scalars(select(User))]
"""


def test_the_option_leads_the_way_from_the_query(tmp_path: Path) -> None:
    more = """    comments: Mapped[list[Comment]] = relationship()


class Comment(Base):
    __tablename__ = "comment"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))


engine"""
    (tmp_path / "models.py").write_text(MODELS.replace("\n\nengine", more))
    document = Document(str(tmp_path / "main.py"), WAY)
    found = engine.analyze(document, Workspace(str(tmp_path)), Settings(root=str(tmp_path))).findings
    assert [each.message.partition("together with the items by ")[2] for each in found] == [
        "selectinload(User.posts)",
        "selectinload(User.posts).selectinload(Post.comments)",
        "defaultload(User.posts).selectinload(Post.comments)",
        "selectinload(User.posts), or have the query count what is only counted here",
    ]


COMMITS = """from models import Session, User
from sqlalchemy import select


def remove(session: Session, post) -> None:
    session.delete(post)
    session.commit()


def f(session: Session) -> None:
    for user in session.scalars(select(User)).all():
        for post in user.posts:
            remove(session, post)
"""


def test_a_commit_in_a_turn_undoes_what_the_option_would_do(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(MODELS)
    document = Document(str(tmp_path / "main.py"), COMMITS)
    (found,) = engine.analyze(document, Workspace(str(tmp_path)), Settings(root=str(tmp_path))).findings
    assert found.message.endswith(
        "by selectinload(User.posts); the commit of a turn expires that again, so commit once, after the loop"
    )
