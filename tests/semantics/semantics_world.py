"""A small blog and a few helpers, in forms that SQLAlchemy 1.4, 2.0 and 2.1 all accept."""

import asyncio
from contextlib import contextmanager

import pytest
import sqlalchemy
from sqlalchemy import Column, ForeignKey, Integer, String, Text, create_engine, event, inspect
from sqlalchemy.exc import MissingGreenlet, StatementError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session, declarative_base, deferred, relationship
from sqlalchemy.pool import StaticPool

VERSION = tuple(int(part) for part in sqlalchemy.__version__.split(".")[:3])
IS_14 = VERSION < (2,)
IS_21 = VERSION >= (2, 1)

since_20 = pytest.mark.skipif(IS_14, reason="does not exist before SQLAlchemy 2.0")
only_14 = pytest.mark.skipif(not IS_14, reason="is gone since SQLAlchemy 2.0")

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String, unique=True)
    bio = deferred(Column(Text))
    posts = relationship("Post", back_populates="user", order_by="Post.id")


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    title = Column(String)
    user_id = Column(ForeignKey("user.id"))
    user = relationship("User", back_populates="posts")


def variant(original, **attributes):
    """A second class mapped to the table of `original`, with other relationships."""
    name = f"{original.__name__}With{'And'.join(attributes)}"
    return type(name, (Base,), {"__table__": original.__table__, **attributes})


def new_engine(base=Base, **options):
    """A database in memory with the tables of `base` and, for the blog, one user with two posts."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}, **options)
    base.metadata.create_all(engine)
    if base is Base:
        fill(engine)
    return engine


def fill(connectable):
    with Session(connectable) as session:
        session.add(User(id=1, name="ann", bio="long", posts=[Post(id=1, title="one"), Post(id=2, title="two")]))
        session.commit()


@contextmanager
def statements(engine):
    """The SQL that runs within the block."""
    ran = []

    def note(*arguments):
        ran.append(arguments[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(engine, "before_cursor_execute", note)


def unloaded(instance):
    """Names of the attributes that are not loaded."""
    return set(inspect(instance).unloaded)


def run(coroutine_function, base=Base, **options):
    """Runs `coroutine_function(session)` with an `AsyncSession` on a database of its own."""

    async def main():
        engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
        async with engine.begin() as connection:
            await connection.run_sync(base.metadata.create_all)
            if base is Base:
                await connection.run_sync(fill)
        async with AsyncSession(engine, **options) as session:
            found = await coroutine_function(session)
        await engine.dispose()
        return found

    return asyncio.run(main())


@contextmanager
def implicit_io(connected=True):
    """Expects the failure of a read that needs SQL outside `await`; `connected`: no connection has to be opened."""
    if IS_21 and connected:
        with pytest.raises(StatementError) as caught:
            yield
        assert isinstance(caught.value.orig, MissingGreenlet)
    else:
        with pytest.raises(MissingGreenlet):
            yield
