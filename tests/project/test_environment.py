"""What is read of an environment: where packages are, and which of them build on SQLAlchemy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sessile.project.environment import find_site, packages
from sessile.project.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: 1\n{needs}\n"


def install(site: Path, name: str, needs: str, files: str) -> None:
    folder = site / f"{name}-1.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(METADATA.format(name=name, needs=needs))
    (folder / "RECORD").write_text(files)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    found = tmp_path / ".venv" / "lib" / "python3.12" / "site-packages"
    install(found, "some-base", "Requires-Dist: SQLAlchemy[asyncio] (>=2)", "some_base/__init__.py,,\n../bin/x.py,,\n")
    install(found, "some-users", "Requires-Dist: some_base ; extra == 'orm'", "users/__init__.py,,\nusers/db.py,,\n")
    install(found, "queue", "Requires-Dist: sqlalchemy ; extra == 'sqlalchemy'", "queue_package/__init__.py,,\n")
    install(found, "plain", "Requires-Dist: requests", "plain.py,,\n")
    install(found, "flask_sqlalchemy", "Requires-Dist: sqlalchemy", "flask_sqlalchemy/__init__.py,,\n")
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\n")
    return found


def test_the_projects_own_environment_comes_first(site: Path, tmp_path: Path) -> None:
    assert find_site(str(tmp_path), "/elsewhere") == str(site)
    assert find_site(str(tmp_path / "other"), str(tmp_path / ".venv")) == str(site)
    assert find_site(str(tmp_path / "other")) is None


def test_a_folder_that_is_no_environment(tmp_path: Path) -> None:
    (tmp_path / "env" / "lib" / "python3.12" / "site-packages").mkdir(parents=True)
    assert find_site(str(tmp_path)) is None


def test_what_builds_on_sqlalchemy(site: Path) -> None:
    assert packages(str(site)) == {"some_base", "users"}


def test_a_package_sees_itself_and_not_its_neighbours(site: Path, tmp_path: Path) -> None:
    for name, text in {
        "some_base/__init__.py": "from .tables import Table\nfrom plain import Plain\n",
        "some_base/tables.py": "class Table: ...\n",
        "plain.py": "class Plain: ...\n",
    }.items():
        (site / name).parent.mkdir(exist_ok=True)
        (site / name).write_text(text)
    workspace = Workspace(str(tmp_path), site=str(site))
    assert workspace.outside("some_base.Nothing") is None
    assert workspace.outside("plain.Plain") is None
    scope, name = workspace.outside("some_base.Table") or (None, "")
    assert scope is not None
    assert (scope.path, name) == (str(site / "some_base" / "__init__.py"), "Table")
    assert workspace.relative(1, "tables", scope.path) is workspace.scope_of(str(site / "some_base" / "tables.py"))
    assert workspace.module("plain", scope.path) is None
    assert workspace.module("some_base", str(tmp_path / "main.py")) is None
