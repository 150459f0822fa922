import sys
from pathlib import Path

import pytest
from semantics_world import new_engine
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


@pytest.fixture
def engine():
    engine = new_engine()
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine):
    with Session(engine) as session:
        yield session
