"""Where names are imported from, and what the words of the templates become in each flavour."""

from __future__ import annotations

from .option import ASYNC, SQLMODEL, SYNC

_ORM = """
    Mapped DeclarativeBase contains_eager declarative_base defaultload defer deferred immediateload joinedload lazyload
    load_only make_transient mapped_column noload raiseload relationship scoped_session selectinload sessionmaker
    subqueryload undefer
"""
_CORE = (
    "bindparam Column ForeignKey Integer JSON String Text create_engine delete func insert inspect select text update"
)

LIBRARY = {
    "Session": "sqlalchemy.orm",
    "AsyncAttrs": "sqlalchemy.ext.asyncio",
    "AsyncSession": "sqlalchemy.ext.asyncio",
    "async_scoped_session": "sqlalchemy.ext.asyncio",
    "async_sessionmaker": "sqlalchemy.ext.asyncio",
    "create_async_engine": "sqlalchemy.ext.asyncio",
    "hybrid_property": "sqlalchemy.ext.hybrid",
    "DetachedInstanceError": "sqlalchemy.orm.exc",
    "IntegrityError": "sqlalchemy.exc",
    "SQLAlchemyError": "sqlalchemy.exc",
    "BaseModel": "pydantic",
    "ConfigDict": "pydantic",
    "AsyncExitStack": "contextlib",
    "ExitStack": "contextlib",
    "asynccontextmanager": "contextlib",
    "closing": "contextlib",
    "contextmanager": "contextlib",
    "suppress": "contextlib",
    "DynamicMapped": "sqlalchemy.orm",
    "WriteOnlyMapped": "sqlalchemy.orm",
    "NamedTuple": "typing",
    "Optional": "typing",
    "asyncio": "asyncio",
    "logging": "logging",
    "sqlalchemy": "sqlalchemy",
    "wraps": "functools",
    **dict.fromkeys(_ORM.split(), "sqlalchemy.orm"),
    **dict.fromkeys(_CORE.split(), "sqlalchemy"),
}

#: What a flavour has of its own instead.
IMPORTS = {
    SQLMODEL: dict.fromkeys(("Field", "Relationship", "SQLModel", "Session", "create_engine", "select"), "sqlmodel"),
}

_BLOCKING = {
    "Session": "Session",
    "ExitStack": "ExitStack",
    "contextmanager": "contextmanager",
    "aenter__": "enter__",
    "aexit__": "exit__",
    "acontext": "context",
    "create": 'create_engine("sqlite://")',
}
_AWAITING = {
    "Session": "AsyncSession",
    "ExitStack": "AsyncExitStack",
    "contextmanager": "asynccontextmanager",
    "aenter__": "aenter__",
    "aexit__": "aexit__",
    "acontext": "async_context",
    "create": 'create_async_engine("sqlite+aiosqlite://")',
}
#: The words of each flavour and style.
WORDS = {
    (SYNC, "classic"): {**_BLOCKING, "maker": "sessionmaker(engine{options})"},
    (SYNC, "annotated"): {**_BLOCKING, "maker": "sessionmaker(engine{options})"},
    (ASYNC, "classic"): {**_AWAITING, "maker": "sessionmaker(engine, class_=AsyncSession{options})"},
    (ASYNC, "annotated"): {**_AWAITING, "maker": "async_sessionmaker(engine{options})"},
    (SQLMODEL, "sqlmodel"): {**_BLOCKING, "maker": "sessionmaker(engine, class_=Session{options})"},
}
