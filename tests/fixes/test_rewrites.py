"""Rewrites of code that is right: what they make of it, and that it does the same when it is run on SQLAlchemy."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from sessile import engine
from sessile.project.settings import Settings
from sessile.project.workspace import Workspace
from sessile.rules.rewrites import CODES, all_rewrites
from sessile.text import Document, Range, apply_edits

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """import asyncio
from sqlalchemy import ForeignKey, create_engine, event, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.pool import StaticPool


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship(back_populates="author", order_by="Post.id")


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    author: Mapped[User] = relationship(back_populates="posts")


engine = create_engine("sqlite://", poolclass=StaticPool)
asynchronous = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
"""
TAIL = """

def fill(connection):
    Base.metadata.create_all(connection)
    with Session(connection, join_transaction_mode="conditional_savepoint") as filling:
        filling.add_all([User(name="ada", posts=[Post(), Post()]), User(name="bob", posts=[Post()])])
        filling.commit()


async def main():
    with engine.begin() as connection:
        fill(connection)
    async with asynchronous.begin() as connection:
        await connection.run_sync(fill)
    found = f()
    print(await found if asyncio.iscoroutine(found) else found)


asyncio.run(main())
"""
CASES = {
    "in one line": (
        "scalars",
        """
def f():
    with Session(engine) as session:
        return [user.name for user in session.execute(select(User).where(User.id > 0)).scalars().all()]
""",
        """
def f():
    with Session(engine) as session:
        return [user.name for user in session.scalars(select(User).where(User.id > 0)).all()]
""",
    ),
    "a chain over several lines": (
        "scalars",
        """
def f():
    with Session(engine) as session:
        return (
            session.execute(select(User.name), execution_options={"yield_per": 1})
            .scalars()
            .all()
        )
""",
        """
def f():
    with Session(engine) as session:
        return (
            session.scalars(select(User.name), execution_options={"yield_per": 1})
            .all()
        )
""",
    ),
    "awaited": (
        "scalars",
        """
async def f():
    async with AsyncSession(asynchronous) as session:
        return [user.name for user in (await session.execute(select(User))).scalars().all()]
""",
        """
async def f():
    async with AsyncSession(asynchronous) as session:
        return [user.name for user in (await session.scalars(select(User))).all()]
""",
    ),
    "a collection": (
        "loadWithQuery",
        """
def f():
    with Session(engine) as session:
        user = session.scalars(select(User)).first()
        return len(user.posts)
""",
        """
def f():
    with Session(engine) as session:
        user = session.scalars(select(User).options(selectinload(User.posts))).first()
        return len(user.posts)
""",
    ),
    "a single object, by a look-up": (
        "loadWithQuery",
        """
def f():
    with Session(engine) as session:
        post = session.get(Post, 3)
        return post.author.name
""",
        """
def f():
    with Session(engine) as session:
        post = session.get(Post, 3, options=[selectinload(Post.author)])
        return post.author.name
""",
    ),
}
SILENT = {
    "a comment in between": """
def f():
    with Session(engine) as session:
        return (session.execute(select(User.name))  # all
            .scalars().all())
""",
    "another column of the rows": """
def f():
    with Session(engine) as session:
        return session.execute(select(User.id, User.name)).scalars("name").all()
""",
    "no session": """
def f():
    with engine.connect() as connection:
        return connection.execute(select(User.name)).scalars().all()
""",
    "a class of its own": """
class Own(Session):
    def execute(self, *words, **more):
        return super().execute(*words, **more)


def f():
    with Own(engine) as session:
        return session.execute(select(User.name)).scalars().all()
""",
    "loaded already": """
from sqlalchemy.orm import joinedload


def f():
    with Session(engine) as session:
        user = session.scalars(select(User).options(joinedload(User.posts))).unique().first()
        return len(user.posts)
""",
    "nobody knows which query": """
def f(user: User = None):
    return user and user.posts
""",
}


def everything(text: str, root: Path) -> list[tuple[str, str | None]]:
    """The code of every rewrite, and the text that it makes."""
    document = Document(str(root / "main.py"), text)
    workspace, settings = Workspace(str(root)), Settings(sqlalchemy_version="2.0")
    place = Range.at(1, 0, text.count("\n") + 1, 0)
    assert engine.analyze(document, workspace, settings).findings == (), "a rewrite is of what is right"
    found = []
    for each in engine.rewrites(document, place, workspace, settings):
        fix = engine.rewrite(each.code, each.location.range, document, workspace, settings)
        found.append((each.code, apply_edits(text, fix.files[0].edits) if fix else None))
    return found


def ran(text: str, root: Path) -> str:
    (root / "run.py").write_text(text)
    done = subprocess.run([sys.executable, str(root / "run.py")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", CASES)
def test_it_is_rewritten_and_does_the_same(name: str, tmp_path: Path) -> None:
    code, before, after = CASES[name]
    made = [text for each, text in everything(HEAD + before, tmp_path) if each == code and text]
    assert len(made) == 1
    assert made[0].replace(", selectinload", "") == HEAD + after
    assert ran(made[0] + TAIL, tmp_path) == ran(HEAD + before + TAIL, tmp_path) != ""


@pytest.mark.parametrize("name", SILENT)
def test_it_is_left_alone(name: str, tmp_path: Path) -> None:
    assert [each for each in everything(HEAD + SILENT[name], tmp_path) if each[1]] == []


def test_nobody_is_told_of_a_rewrite(tmp_path: Path) -> None:
    for _, before, _ in CASES.values():
        document = Document(str(tmp_path / "main.py"), HEAD + before)
        assert engine.analyze(document, Workspace(str(tmp_path)), Settings()).findings == ()


def test_codes_are_those_of_the_rewrites() -> None:
    assert tuple(each.code for each in all_rewrites()) == CODES
