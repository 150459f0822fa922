"""Whatever a workspace contains and whatever its configuration says, none of it is imported, executed or spawned.

The workspace here is full of traps: modules with the names of all that Python, pytest, build tools and Sessile itself
may look for, an environment with a `.pth` file, a build backend. Each trap leaves a mark when it is executed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from watched import CHECK, CHECK_WITH_WORKERS, Watched, watched, watched_server

SHADOWS = (
    *("sitecustomize", "usercustomize", "conftest", "setup", "noxfile", "manage", "multiprocessing", "backend"),
    *("argparse", "ast", "asyncio", "dataclasses", "difflib", "hashlib", "json", "logging", "pathlib", "random", "re"),
    *("socket", "subprocess", "tempfile", "threading", "tokenize", "tomllib", "typing"),
    *("jedi", "libcst", "lsprotocol", "pathspec", "pygls", "rich", "sqlalchemy", "sqlmodel", "tomli"),
)
TRAP = "import os\nopen({mark!r}, 'a').write(__file__ + '\\n')\nMARK = os.system('echo a process >> ' + {mark!r})\n"
PROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "trap"
version = "1"

[project.entry-points.pytest11]
trap = "conftest"

[project.entry-points."sessile.rules"]
trap = "backend"

[tool.sessile]
extend-select = ["ALL"]
src = [".", "src", ".venv/lib"]
helper-module = "backend"
session-providers = ["backend.provide", "conftest.provide"]
unsafe-fixes = true

[tool.sessile.functions]
"backend.save" = { commits = true, returns = "backend.User" }
"""
MAIN = """\
import backend, conftest, setup
from multiprocessing import *
from sitecustomize import MARK
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, sessionmaker


class Base(DeclarativeBase):
    pass


class User(Base, backend.Mixin):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped["__import__('conftest').MARK"] = mapped_column(default=backend.MARK)
    posts = relationship("__import__('backend').Post", order_by="__import__('backend').run()")


Factory = sessionmaker(create_engine("sqlite://"))


@conftest.wrapped
def rename(key: int) -> str:
    backend.save(key)
    with Factory() as session:
        user = session.get(User, key)
        user.name = "x"
        session.commit()
    return user.name
"""
FOUND = "SCOPE001"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    root = tmp_path / "workspace"
    site = root / ".venv" / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    site.mkdir(parents=True)
    (root / "src").mkdir()
    mark = str(tmp_path / "mark")
    trap = TRAP.format(mark=mark)
    for folder in (root, root / "src", site):
        for name in SHADOWS:
            (folder / f"{name}.py").write_text(trap)
    (site / "trap.pth").write_text(f"import os; os.system('echo pth >> {mark}')\n")
    (root / ".venv" / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\n")
    program = root / ".venv" / "bin" / "python"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho python >> {mark}\n")
    program.chmod(0o755)
    (root / "pyproject.toml").write_text(PROJECT)
    (root / "main.py").write_text(MAIN)
    return root


def mark_of(workspace: Path) -> str:
    """What was executed of the workspace."""
    mark = workspace.parent / "mark"
    return mark.read_text() if mark.exists() else ""


def test_traps_work(workspace: Path) -> None:
    done = watched(workspace, "sys.path.insert(0, WORKSPACE)\nimport backend")
    assert {event for event, _ in done.seen} >= {"exec", "os.system"}
    assert "backend.py" in mark_of(workspace)
    assert "a process" in mark_of(workspace)


@pytest.mark.parametrize(
    "words",
    [
        ["check", "."],
        ["check", "--diff", "--unsafe-fixes", "main.py"],
        ["explain", f"main.py:{MAIN[:-1].count(chr(10)) + 1}"],
        ["helpers"],
    ],
    ids=" ".join,
)
def test_the_command_line_executes_nothing(workspace: Path, words: list[str]) -> None:
    done = watched(workspace, CHECK, *words)
    assert done.seen == []
    assert mark_of(workspace) == ""
    _worked(done, words)


def _worked(done: Watched, words: list[str]) -> None:
    assert done.code in (0, 1), done.err
    if words[0] == "check" and "--diff" not in words:
        assert FOUND in done.out


def test_workers_of_the_command_line_are_isolated_and_execute_nothing(workspace: Path) -> None:
    for number in range(4):
        (workspace / f"long{number}.py").write_text(MAIN + "# much more\n" * 3_000)
    done = watched(workspace, CHECK_WITH_WORKERS, "check", "--jobs=2", ".")
    assert [(event, words[1], words[-2:]) for event, words in done.seen] == [
        ("subprocess.Popen", "-I", ["in", os.sep])
    ] * 2
    assert done.child == []
    assert mark_of(workspace) == ""
    _worked(done, ["check"])
    assert "long3.py" in done.out


def test_jedi_is_isolated_and_executes_nothing(workspace: Path) -> None:
    done = watched(workspace, CHECK_WITH_WORKERS, "explain", f"main.py:1:{len('import backend')}")
    assert [(event, words[1], words[-2:]) for event, words in done.seen] == [("subprocess.Popen", "-I", ["in", os.sep])]
    assert done.child == []
    assert mark_of(workspace) == ""
    assert "defined in backend.py at line 1" in done.out


def test_fixing_writes_the_file_and_nothing_else(workspace: Path) -> None:
    done = watched(workspace, CHECK, "check", "--fix", "--unsafe-fixes", "main.py")
    assert done.code in (0, 1), done.err
    assert {event for event, _ in done.seen} <= {"open"}
    assert mark_of(workspace) == ""


def conversation(workspace: Path, **options: str) -> list[dict[str, Any]]:
    """An editor opens a file and asks all that it can."""
    uri = (workspace / "main.py").as_uri()
    here = {"textDocument": {"uri": uri}}
    at = {"line": MAIN[: MAIN.index("user.name\n")].count("\n"), "character": 12}
    action = {**here, "range": {"start": at, "end": at}, "context": {"diagnostics": []}}
    client = {"textDocument": {"diagnostic": {}, "codeAction": {}, "hover": {}}}
    folder = {"uri": workspace.as_uri(), "name": "workspace"}
    hello = {"processId": None, "workspaceFolders": [folder], "capabilities": client, "initializationOptions": options}
    document = {"uri": uri, "languageId": "python", "version": 1, "text": MAIN}
    return [
        {"id": 1, "method": "initialize", "params": hello},
        {"method": "initialized", "params": {}},
        {"method": "textDocument/didOpen", "params": {"textDocument": document}},
        {"id": 2, "method": "textDocument/diagnostic", "params": here},
        {"id": 3, "method": "textDocument/hover", "params": {**here, "position": at}},
        {"id": 4, "method": "textDocument/codeAction", "params": action},
    ]


def test_the_server_executes_nothing(workspace: Path) -> None:
    done = watched_server(workspace, conversation(workspace))
    assert done.seen == []
    assert done.child is None
    assert mark_of(workspace) == ""
    assert done.code == 0, done.err
    assert FOUND in done.out


def test_the_worker_is_isolated_and_executes_nothing(workspace: Path) -> None:
    (workspace / "other.py").write_text(MAIN)
    ask = {"id": 5, "method": "workspace/diagnostic", "params": {"previousResultIds": []}}
    done = watched_server(workspace, [*conversation(workspace, diagnosticMode="workspace"), ask])
    (started,) = done.seen
    event, words = started
    assert (event, words[1], words[-2:]) == ("subprocess.Popen", "-I", ["in", os.sep])
    assert done.child == []
    assert mark_of(workspace) == ""
    assert done.code == 0, done.err
    assert "other.py" in done.out
