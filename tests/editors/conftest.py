"""A small project with known findings, and the command that starts the real server for an editor.

The editors are real ones. Where one is not installed its tests are skipped, and the reason says how to get it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import sessile

PACKAGE = Path(sessile.__file__).resolve().parents[1]

MODELS = """\
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


Factory = sessionmaker(create_engine("sqlite://"))
"""
MAIN = """\
from models import Factory, User


def rename(key: int, name: str) -> str:
    with Factory() as session:
        user = session.get_one(User, key)
        user.name = name
        session.commit()
    return user.name


def register(name: str) -> None:
    with Factory() as session:
        session.add(User(name=name))
"""


@dataclass(frozen=True)
class Project:
    """A folder on disk with `models.py` and `main.py`; the server writes its process id into `server.pid`."""

    root: Path

    @property
    def command(self) -> list[str]:
        """Starts the server, isolated."""
        pid = str(self.root / "server.pid")
        code = (
            f"import os, sys; sys.path.insert(0, {str(PACKAGE)!r}); open({pid!r}, 'w').write(str(os.getpid())); "
            "from sessile.lsp.server import main; sys.exit(main(sys.argv[1:]))"
        )
        return [sys.executable, "-I", "-c", code]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "models.py").write_text(MODELS)
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / "sessile.toml").write_text("")
    return Project(tmp_path)
