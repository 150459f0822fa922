"""Prints, as JSON, the public names of the installed SQLAlchemy and SQLModel; runs in every supported environment.

Each name comes with "coroutine", "function", "callable" or "attribute". It imports nothing but the standard library and
the libraries that it describes.
"""

import inspect
import json

import sqlalchemy
import sqlalchemy.ext.asyncio as asynchronous
from sqlalchemy import engine, orm, sql

DUNDERS = ("__iter__", "__next__", "__aiter__", "__anext__", "__getitem__")


def kind(cls, name):
    for owner in (cls, asynchronous.AsyncSession if cls is asynchronous.async_scoped_session else cls):
        found = getattr(owner, name, None)
        if inspect.iscoroutinefunction(inspect.unwrap(found) if callable(found) else found):
            return "coroutine"
    found = getattr(cls, name, None)
    plain = inspect.isfunction(found) or inspect.ismethod(found)
    return "function" if plain else "callable" if callable(found) else "attribute"


def public(cls, instance=None, dunders=()):
    found = set(dir(cls)) | set(dir(instance) if instance is not None else ())
    names = [name for name in sorted(found) if not name.startswith("_") or name in dunders]
    return {name: kind(cls, name) for name in names if not name.startswith("memoized_")}


def has_dunders(cls):
    return [name for name in DUNDERS if hasattr(cls, name)]


def classes():
    engine_ = asynchronous.create_async_engine("sqlite+aiosqlite://")
    maker = orm.sessionmaker(class_=asynchronous.AsyncSession)
    yield "SESSION", orm.Session, orm.Session()
    yield "SCOPED_SESSION", orm.scoped_session, orm.scoped_session(orm.sessionmaker())
    yield "ASYNC_SESSION", asynchronous.AsyncSession, asynchronous.AsyncSession(engine_)
    yield "ASYNC_SCOPED_SESSION", asynchronous.async_scoped_session, asynchronous.async_scoped_session(maker, lambda: 1)
    yield "RESULT", engine.Result, None
    yield "CURSOR_RESULT", engine.CursorResult, None
    yield "SCALAR_RESULT", engine.ScalarResult, None
    yield "MAPPING_RESULT", engine.MappingResult, None
    yield "ASYNC_RESULT", asynchronous.AsyncResult, None
    yield "ASYNC_SCALAR_RESULT", asynchronous.AsyncScalarResult, None
    yield "ASYNC_MAPPING_RESULT", asynchronous.AsyncMappingResult, None
    yield "QUERY", orm.Query, None
    yield "SELECT", sql.Select, None


def sqlmodel_classes():
    try:
        import sqlmodel
        from sqlmodel.ext.asyncio.session import AsyncSession
        from sqlmodel.sql.expression import SelectOfScalar
    except ImportError:
        return
    yield "SQLMODEL_SESSION", sqlmodel.Session, sqlmodel.Session()
    yield "SQLMODEL_ASYNC_SESSION", AsyncSession, AsyncSession(asynchronous.create_async_engine("sqlite+aiosqlite://"))
    yield "SQLMODEL_SELECT", SelectOfScalar, None
    yield "sqlmodel.SQLModel", sqlmodel.SQLModel, None


def bases():
    if hasattr(orm, "DeclarativeBase"):

        class Base(orm.DeclarativeBase):
            pass

        yield "sqlalchemy.orm.DeclarativeBase", Base, None
        yield "sqlalchemy.ext.asyncio.AsyncAttrs", asynchronous.AsyncAttrs, None
    try:
        import pydantic
    except ImportError:
        return
    yield "pydantic.BaseModel", pydantic.BaseModel, None


def dml():
    from sqlalchemy.dialects import postgresql, sqlite

    return sorted(
        {name for cls in (sql.Insert, sql.Update, sql.Delete, sqlite.Insert, postgresql.Insert) for name in dir(cls)}
    )


def options():
    declared = getattr(orm.strategy_options, "_AbstractLoad", None)
    functions = [name for name, value in vars(declared).items() if inspect.isfunction(value)] if declared else []
    return {
        "functions": [name for name in dir(orm) if callable(getattr(orm, name)) and not name.startswith("_")],
        "methods": [name for name in dir(orm.Load) if not name.startswith("_")],
        "declared": [name for name in functions if not name.startswith("_")],
    }


def names_of(name, cls, instance):
    return public(cls, instance, has_dunders(cls) if name.endswith(("RESULT", "QUERY")) else ())


def main():
    found = [*classes(), *sqlmodel_classes(), *bases()]
    described = {
        "version": [int(part) for part in sqlalchemy.__version__.split(".")[:3]],
        "classes": {each[0]: names_of(*each) for each in found},
        "options": options(),
        "dml": dml(),
    }
    print(json.dumps(described))


if __name__ == "__main__":
    main()
