"""Which files are passed over: those from which nothing leads to a session or a mapped class, and no others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sessile.project.reach import Reach

if TYPE_CHECKING:
    from conftest import Tree

DB = "from sqlalchemy.orm import sessionmaker\n\ndef get_session(): ...\n"


def read(path: str) -> str | None:
    try:
        return Path(path).read_text("utf-8")
    except OSError:
        return None


def matter(root: Path, roots: tuple[str, ...] = ()) -> set[str]:
    paths = [str(path) for path in sorted(root.rglob("*.py"))]
    found = Reach(read, paths, (), (str(root), *(str(root / each) for each in roots))).matter()
    return {Path(path).relative_to(root).as_posix() for path in found}


PACKAGE = {"app/__init__.py": "", "app/db.py": DB, "app/plain.py": "import os\n"}


@pytest.mark.parametrize(
    "text",
    [
        "from app.db import get_session",
        "from .db import get_session",
        "from . import db",
        "import app.db",
        "import app.plain\napp.db.get_session()",
        "import app\napp.db.get_session()",
        "from app import (  # what we need :)\n    plain,\n    db as database,\n)",
        "def f():\n    from app.db import get_session",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app.db import get_session",
        "from app import *\ndb.get_session()",
        "from app.db import *",
    ],
)
def test_a_repository_that_imports_nothing_but_a_provider(tree: Tree, text: str) -> None:
    root = tree({**PACKAGE, "app/repository.py": text})
    assert matter(root) == {"app/db.py", "app/repository.py"}


def test_it_goes_on_from_file_to_file(tree: Tree) -> None:
    files = {
        "app/__init__.py": "",
        "app/core/__init__.py": "from .provider import provide\n",
        "app/core/provider.py": "from app import db\n",
        "app/service.py": "from app.core import provide\n",
        "app/plain.py": "import json\n",
    }
    assert matter(tree({**PACKAGE, **files})) == {
        "app/db.py",
        "app/core/provider.py",
        "app/core/__init__.py",
        "app/service.py",
    }


def test_imports_that_go_in_a_circle(tree: Tree) -> None:
    files = {"app/one.py": "from app import two", "app/two.py": "from app import one, db"}
    assert matter(tree({**PACKAGE, **files})) == {"app/db.py", "app/one.py", "app/two.py"}


def test_a_package_without_init_and_a_source_root(tree: Tree) -> None:
    files = {"src/shop/db.py": DB, "src/shop/use.py": "from shop.db import get_session", "src/other/plain.py": ""}
    assert matter(tree(files), ("src",)) == {"src/shop/db.py", "src/shop/use.py"}


def test_several_roots_in_one_repository(tree: Tree) -> None:
    files = {
        f"{each}/app/{name}": text for each in ("one", "two") for name, text in (("__init__.py", ""), ("db.py", DB))
    }
    files["two/app/use.py"] = "from app.db import get_session"
    assert "two/app/use.py" in matter(tree(files))


def test_what_is_not_checked_is_followed_all_the_same(tree: Tree) -> None:
    root = tree({**PACKAGE, "app/use.py": "from app.db import get_session"})
    path = str(root / "app/use.py")
    assert Reach(read, [path], (), (str(root),)).matter() == {path}
