"""The release of SQLAlchemy that a project's files name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sessile.project.release import find_release, release_for
from sessile.project.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

ASKED = {
    "requirements.txt": [
        ("SQLAlchemy==2.0.31\n", (2, 0)),
        ("sqlalchemy==1.4.54  # via -r requirements.in\n", (1, 4)),
        ("sqlalchemy[asyncio]>=2.1,<3\n", (2, 1)),
        ("SQLAlchemy<2\n", (1, 4)),
        ("sqlalchemy\n", None),
        ("sqlalchemy-utils==0.41\n", None),
        ("flask-sqlalchemy==2.5.1\n", None),
        ("sqlmodel==0.0.8\n", (1, 4)),
        ("sqlmodel>=0.0.27\n", (2, 0)),
    ],
    "pyproject.toml": [
        ('[project]\ndependencies = [\n  "sqlalchemy[asyncio]>=2.0.38",\n]\n', (2, 0)),
        ('[tool.poetry.dependencies]\nSQLAlchemy = "^1.4.39"\n', (1, 4)),
        ('[tool.poetry.dependencies]\nsqlalchemy = "^2"\n', (2, 0)),
        ('[tool.poetry.dependencies]\nsqlalchemy = "*"\n', None),
        ('[tool.isort]\nknown_third_party = ["sqlalchemy"]\n', None),
    ],
    "uv.lock": [('[[package]]\nname = "sqlalchemy"\nversion = "2.0.41"\n', (2, 0))],
    "poetry.lock": [('[[package]]\nname = "SQLAlchemy"\nversion = "1.4.41"\n', (1, 4))],
    "Pipfile.lock": [('{"default": {"sqlalchemy": {"hashes": [], "version": "==1.4.52"}}}', (1, 4))],
}


@pytest.mark.parametrize(
    ("name", "text", "release"), [(name, *case) for name, cases in ASKED.items() for case in cases]
)
def test_named(tmp_path: Path, name: str, text: str, release: tuple[int, ...] | None) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    assert find_release(str(tmp_path)) == release


@pytest.mark.parametrize("name", ["requirements/base.txt", "web/requirements/base.in", "web/requirements/py3/all.txt"])
def test_named_in_a_directory_of_requirements(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("sqlalchemy==1.3.3\n", "utf-8")
    (tmp_path / "web").mkdir(exist_ok=True)
    (tmp_path / "web" / "notes.txt").write_text("sqlalchemy==2.0.1\n", "utf-8")
    assert find_release(str(tmp_path)) == (1, 3)


def test_a_lock_knows_better(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('dependencies = ["sqlalchemy>=1.4"]', "utf-8")
    (tmp_path / "backend").mkdir()
    (tmp_path / "backend" / "uv.lock").write_text('name = "sqlalchemy"\nversion = "2.1.3"\n', "utf-8")
    assert find_release(str(tmp_path)) == (2, 1)


def test_settings_know_best() -> None:
    assert release_for(Settings(sqlalchemy_version="1.4"), (2, 1)) == (1, 4)
    assert release_for(Settings(), (1, 4)) == (1, 4)
    assert release_for(Settings(), None) == (2, 0)


def test_nothing_to_read() -> None:
    assert find_release("") is None
    assert find_release("/does/not/exist") is None
