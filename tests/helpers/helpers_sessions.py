"""Sessions of the other kind, for tests that need an event loop of their own."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from helpers_models import Base, ann
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@asynccontextmanager
async def open_async_session(path: Path) -> AsyncIterator[AsyncSession]:
    """A session on a database file with Ann in it, the engine disposed of afterwards."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}/async.db")
    try:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with AsyncSession(engine) as session:
            session.add(ann())
            await session.commit()
        async with AsyncSession(engine) as session:
            yield session
    finally:
        await engine.dispose()
