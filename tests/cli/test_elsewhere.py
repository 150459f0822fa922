"""jedi is asked where a name of an installed package is defined, when a person wants to know, and for nothing else."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from sessile.cli.elsewhere import meaning
from sessile.cli.main import main
from sessile.text import Document

if TYPE_CHECKING:
    from pathlib import Path

TRAP = "open({mark!r}, 'w').close()\n"
CLIENT = "class Client:\n    def save(self, thing):\n        pass\n\n\ndef connect():\n    return Client()\n"
MAIN = """\
from post import connect

client = connect()


def f(user):
    client.save(user)
    return user.unheard
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    package = tmp_path / "project" / ".venv" / "lib" / "python3.12" / "site-packages" / "post"
    package.mkdir(parents=True)
    (package.parents[3] / "pyvenv.cfg").write_text("")
    (package / "__init__.py").write_text(TRAP.format(mark=str(tmp_path / "mark")) + "from post.client import connect\n")
    (package / "client.py").write_text(CLIENT)
    (tmp_path / "project" / "main.py").write_text(MAIN)
    return package.parent


def _asked(site: Path, line: int, word: str, budget: float = 60.0) -> str | None:
    document = Document(str(site.parents[3] / "main.py"), MAIN)
    column = document.lines.line(line).index(word)
    return meaning(document, document.lines.from_column(line, column, "utf-32"), str(site), budget)


def test_a_method_of_what_a_package_makes(site: Path) -> None:
    where = os.path.join("post", "client.py")
    assert _asked(site, 7, "save") == f"`save` is a function of an installed package, defined in {where} at line 2"


def test_what_is_of_the_workspace_or_unknown_has_no_answer(site: Path) -> None:
    assert _asked(site, 3, "client") is None
    assert _asked(site, 8, "unheard") is None


def test_there_is_no_answer_when_time_is_up(site: Path) -> None:
    assert _asked(site, 7, "save", budget=0.0) is None


def test_what_answers_does_not_disturb_who_asks(site: Path) -> None:
    before = list(sys.path), "jedi" in sys.modules
    _asked(site, 7, "save", budget=0.2)
    assert _asked(site, 7, "save") is not None
    assert (list(sys.path), "jedi" in sys.modules) == before


def test_nothing_is_executed_and_nothing_is_left_behind(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = site.parents[4] / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    before = sorted(site.parents[3].rglob("*"))
    assert _asked(site, 1, "connect") is not None
    assert not (site.parents[4] / "mark").exists()
    assert list(home.iterdir()) == []
    assert sorted(site.parents[3].rglob("*")) == before
    assert "post" not in sys.modules


def test_explain_says_where_what_it_does_not_know_comes_from(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = site.parents[3]
    (project / "pyproject.toml").write_text("[tool.sessile]\n")
    assert main(["explain", f"{project / 'main.py'}:7:13"]) == 0
    nothing, answer = capsys.readouterr().out.splitlines()
    assert nothing == "Nothing is known of a value there."
    assert answer.startswith("`save` is a function of an installed package, defined in")
