"""A fresh database per test, and the SQL that reached it.

Nothing here or in the tests beside it needs more than pytest and SQLAlchemy 1.4, so that the same files run on every
supported version: `PYTHONPATH=server python -m pytest -o addopts= tests/helpers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers_models import Base, ann
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Engine


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def statements(engine: Engine) -> list[str]:
    """The SQL sent so far; clear it where counting is to begin."""
    seen: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def record(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    return seen


@pytest.fixture
def user_id(engine: Engine) -> int:
    with Session(engine) as session:
        user = ann()
        session.add(user)
        session.commit()
        return int(user.id)
