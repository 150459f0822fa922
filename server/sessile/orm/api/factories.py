"""Where sessions come from: session classes, factories and engines by qualified name, with their default options.

A name is looked up through `canonical`, since each is importable from more than one module.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from sessile.orm.api.session import (
    ASYNC_SCOPED_SESSION,
    ASYNC_SESSION,
    SCOPED_SESSION,
    SESSION,
    SQLMODEL_ASYNC_SESSION,
    SQLMODEL_SESSION,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessile.orm.api.session import Method

FactoryKind = Literal["sessionmaker", "scoped", "engine", "extension"]
Option = bool | int | str | None

SESSION_OPTIONS: Mapping[str, Option] = MappingProxyType(
    {"autobegin": True, "autoflush": True, "close_resets_only": True, "expire_on_commit": True}
)
"""Defaults of `Session.__init__`; `autocommit` and `future` are False on 1.4 and gone since 2.0."""


@dataclass(frozen=True, slots=True)
class SessionClass:
    """A session class; calling it makes a session with `options` unless the call says otherwise."""

    qualified: str
    methods: Mapping[str, Method]
    asynchronous: bool = False
    sqlmodel: bool = False
    scoped: bool = False
    options: Mapping[str, Option] = field(default_factory=lambda: SESSION_OPTIONS)


@dataclass(frozen=True, slots=True)
class Factory:
    """A callable that makes session factories, registries or engines.

    sessionmaker: calling the result makes a session of class `session`, or of the call's `class_`. scoped: wraps a
    factory (first argument); the result is a registry that behaves as the session of the current scope, and calling it
    gives that session. engine: no session. extension: an object whose `.session` is a scoped registry.
    """

    qualified: str
    kind: FactoryKind
    session: str | None = None
    asynchronous: bool = False


_CLASSES = (
    SessionClass("sqlalchemy.orm.Session", SESSION),
    SessionClass("sqlalchemy.ext.asyncio.AsyncSession", ASYNC_SESSION, asynchronous=True),
    SessionClass("sqlalchemy.orm.scoped_session", SCOPED_SESSION, scoped=True),
    SessionClass("sqlalchemy.ext.asyncio.async_scoped_session", ASYNC_SCOPED_SESSION, asynchronous=True, scoped=True),
    SessionClass("sqlmodel.Session", SQLMODEL_SESSION, sqlmodel=True),
    SessionClass("sqlmodel.ext.asyncio.session.AsyncSession", SQLMODEL_ASYNC_SESSION, asynchronous=True, sqlmodel=True),
    SessionClass("flask_sqlalchemy.session.Session", SESSION),
)
SESSION_CLASSES: Mapping[str, SessionClass] = MappingProxyType({each.qualified: each for each in _CLASSES})

_FACTORIES = (
    Factory("sqlalchemy.orm.sessionmaker", "sessionmaker", "sqlalchemy.orm.Session"),
    Factory(
        "sqlalchemy.ext.asyncio.async_sessionmaker",
        "sessionmaker",
        "sqlalchemy.ext.asyncio.AsyncSession",
        asynchronous=True,
    ),
    Factory("sqlalchemy.orm.scoped_session", "scoped"),
    Factory("sqlalchemy.ext.asyncio.async_scoped_session", "scoped", asynchronous=True),
    Factory("sqlalchemy.orm.create_session", "sessionmaker", "sqlalchemy.orm.Session"),
    Factory("sqlalchemy.create_engine", "engine"),
    Factory("sqlalchemy.engine_from_config", "engine"),
    Factory("sqlalchemy.create_mock_engine", "engine"),
    Factory("sqlalchemy.ext.asyncio.create_async_engine", "engine", asynchronous=True),
    Factory("sqlalchemy.ext.asyncio.async_engine_from_config", "engine", asynchronous=True),
    Factory("sqlmodel.create_engine", "engine"),
    Factory("flask_sqlalchemy.SQLAlchemy", "extension", "flask_sqlalchemy.session.Session"),
)
FACTORIES: Mapping[str, Factory] = MappingProxyType({each.qualified: each for each in _FACTORIES})

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "sqlalchemy.orm.session.Session": "sqlalchemy.orm.Session",
        "sqlalchemy.orm.session.sessionmaker": "sqlalchemy.orm.sessionmaker",
        "sqlalchemy.orm.scoping.scoped_session": "sqlalchemy.orm.scoped_session",
        "sqlalchemy.ext.asyncio.session.AsyncSession": "sqlalchemy.ext.asyncio.AsyncSession",
        "sqlalchemy.ext.asyncio.session.async_sessionmaker": "sqlalchemy.ext.asyncio.async_sessionmaker",
        "sqlalchemy.ext.asyncio.scoping.async_scoped_session": "sqlalchemy.ext.asyncio.async_scoped_session",
        "sqlalchemy.ext.asyncio.engine.create_async_engine": "sqlalchemy.ext.asyncio.create_async_engine",
        "sqlalchemy.engine.create_engine": "sqlalchemy.create_engine",
        "sqlalchemy.engine.create.create_engine": "sqlalchemy.create_engine",
        "sqlmodel.orm.session.Session": "sqlmodel.Session",
        "flask_sqlalchemy.extension.SQLAlchemy": "flask_sqlalchemy.SQLAlchemy",
        "flask_sqlalchemy.SignallingSession": "flask_sqlalchemy.session.Session",
        "sqlalchemy.future.select": "sqlalchemy.select",
        "sqlalchemy.sql.select": "sqlalchemy.select",
        "sqlalchemy.sql.expression.select": "sqlalchemy.select",
        "sqlmodel.sql.expression.select": "sqlmodel.select",
    }
)


def canonical(qualified: str) -> str:
    """The public name of something that was imported from the module that defines it."""
    return ALIASES.get(qualified, qualified)
