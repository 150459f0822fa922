"""What other files say decides, whether they are open and unsaved or were changed on the disk by somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsp_clients import LAZY
from lsp_launch import REAL
from lsp_raw import RawClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = {
    "models.py": """from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
""",
    "db.py": """from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

engine = create_engine("sqlite://")
Factory = sessionmaker(engine, expire_on_commit=True)
""",
    "scope.py": """from contextlib import contextmanager

import db


@contextmanager
def session_scope():
    with db.Factory() as session:
        yield session
        session.commit()
""",
    "services.py": """from models import User
from scope import session_scope


def name_of(key: int) -> str:
    with session_scope() as session:
        user = session.get_one(User, key)
    return user.name
""",
}
SQUIGGLE = [("SCOPE001", 8)]
CREATED, CHANGED, DELETED = 1, 2, 3
KEEPING = FILES["db.py"].replace("=True", "=False")


@pytest.fixture
def client(tmp_path: Path) -> Iterator[RawClient]:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "pyproject.toml").write_text("[tool.sessile]\n")
    client = RawClient(REAL, cwd=str(tmp_path))
    client.initialize(LAZY, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "w"}])
    yield client
    client.kill()


@pytest.fixture
def services(tmp_path: Path, client: RawClient) -> str:
    uri = (tmp_path / "services.py").as_uri()
    client.open(uri, FILES["services.py"])
    assert codes(client.diagnostics(uri)) == SQUIGGLE
    return uri


def codes(diagnostics: list[Any]) -> list[tuple[str, int]]:
    return [(each["code"], each["range"]["start"]["line"] + 1) for each in diagnostics]


def next_of(client: RawClient, uri: str) -> list[tuple[str, int]]:
    told = client.notification("textDocument/publishDiagnostics", lambda params: params["uri"] == uri)
    return codes(told["diagnostics"])


def watched(client: RawClient, path: Path, kind: int) -> None:
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": kind}]})


def test_an_unsaved_option_two_files_away(client: RawClient, services: str, tmp_path: Path) -> None:
    db = (tmp_path / "db.py").as_uri()
    client.open(db, FILES["db.py"])
    line = FILES["db.py"].splitlines().index("Factory = sessionmaker(engine, expire_on_commit=True)")
    start = FILES["db.py"].splitlines()[line].index("True")
    at = {"start": {"line": line, "character": start}, "end": {"line": line, "character": start + 4}}
    client.change(db, 2, {"range": at, "text": "False"})
    assert next_of(client, services) == []
    at["end"]["character"] = start + 5
    client.change(db, 3, {"range": at, "text": "True"})
    assert next_of(client, services) == SQUIGGLE


def test_a_file_is_written_by_somebody_else(client: RawClient, services: str, tmp_path: Path) -> None:
    (tmp_path / "db.py").write_text(KEEPING)
    watched(client, tmp_path / "db.py", CHANGED)
    assert next_of(client, services) == []


def test_a_file_goes_and_comes_back(client: RawClient, services: str, tmp_path: Path) -> None:
    (tmp_path / "scope.py").unlink()
    watched(client, tmp_path / "scope.py", DELETED)
    assert next_of(client, services) == [], "what cannot be seen is unknown"
    (tmp_path / "scope.py").write_text(FILES["scope.py"])
    watched(client, tmp_path / "scope.py", CREATED)
    assert next_of(client, services) == SQUIGGLE


def test_a_module_becomes_a_package(client: RawClient, services: str, tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "__init__.py").write_text(KEEPING)
    watched(client, tmp_path / "db" / "__init__.py", CREATED)
    assert next_of(client, services) == [], "a package goes before a module of its name"


def test_the_text_that_is_open_counts_and_not_the_disks(client: RawClient, services: str, tmp_path: Path) -> None:
    client.open((tmp_path / "db.py").as_uri(), FILES["db.py"])
    (tmp_path / "db.py").write_text(KEEPING)
    watched(client, tmp_path / "db.py", CHANGED)
    client.quiet(1)
    client.change(services, 2, {"text": "\n" + FILES["services.py"]})
    assert codes(client.diagnostics(services, 2)) == [("SCOPE001", 9)]
