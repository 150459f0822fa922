"""The engines, the session factories and the unit of work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, sessionmaker

DATABASE = os.environ.get("SHOP_DATABASE", "shop.db")

engine = create_engine(f"sqlite:///{DATABASE}")
SessionFactory = sessionmaker(engine)

async_engine = create_async_engine(f"sqlite+aiosqlite:///{DATABASE}")
AsyncSessionFactory = async_sessionmaker(async_engine, expire_on_commit=False)


@contextmanager
def session_scope() -> Iterator[Session]:
    """One unit of work: committed at its end, rolled back when it fails."""
    with SessionFactory() as session, session.begin():
        yield session
