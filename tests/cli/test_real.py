"""The command line with the real engine: what it finds arrives, whole, in every format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

if TYPE_CHECKING:
    from conftest import Shell

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "findings.schema.json").read_text(encoding="utf-8"))

MODELS = """\
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    team: Mapped["Team"] = relationship()


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


engine = create_engine("sqlite://")
"""

SERVICE = """\
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import User, engine


def rename(key: int, name: str) -> str:
    with Session(engine) as session:
        user = session.get_one(User, key)
        user.name = name
        session.commit()
    return user.name


def greet(name: str) -> str:
    with Session(engine) as session:
        row = session.execute(select(User).where(User.name == name)).first()
        return row.name


def team(name: str) -> str:
    with Session(engine) as session:
        user = session.scalars(select(User).where(User.name == name)).one()
    return user.team.name
"""

STORE = """\
from models import User, engine
from sqlalchemy import select
from sqlalchemy.orm import Session


def load():
    with Session(engine) as session:
        user = session.execute(select(User)).first()
        print(user.name)
        return user
"""
MAIN = """\
from store import load


def show():
    print(load().team.name)
"""


@pytest.fixture
def project(shell: Shell) -> Shell:
    shell.write({"models.py": MODELS, "service.py": SERVICE})
    shell.tools = None
    return shell


def test_a_read_after_the_session_is_found_with_its_story(project: Shell) -> None:
    outcome = project.run("check", "--select=SCOPE001")
    assert outcome.code == 1
    assert outcome.out.startswith("error[SCOPE001]: ")
    assert "  --> service.py:12:12\n" in outcome.out
    assert "12 |     return user.name\n   |            ^^^^^^^^^\n" in outcome.out
    assert "note 1: " in outcome.out


def test_json_of_real_findings_fits_the_schema(project: Shell) -> None:
    outcome = project.run("check", "--output-format=json")
    found = json.loads(outcome.out)
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    assert outcome.code == 1
    assert {"SCOPE001", "SCOPE002", "ROW001"} <= {each["code"] for each in found}
    assert all(each["related"] for each in found)


def test_a_real_fix_adds_the_loader_option(project: Shell) -> None:
    words = ["check", "--select=SCOPE002", "-q", "--output-format=concise"]
    assert project.run(*words).code == 1
    assert project.run(*words, "--fix", "--unsafe-fixes").code == 0
    text = project.read("service.py").decode()
    assert "User.name == name).options(" in text
    compile(text, "service.py", "exec")


@pytest.mark.parametrize("how", ["--fix", "--diff"])
def test_what_one_files_fixes_bring_up_in_another_is_fixed_too(project: Shell, how: str) -> None:
    project.write({"store.py": STORE, "main.py": MAIN})
    shown = project.run("check", "--unsafe-fixes", how, "main.py", "store.py").out
    text = shown if how == "--diff" else project.read("store.py").decode()
    assert "session.execute(select(User).options(" in text
    assert "User.team" in text
    assert "scalars()" in text


def test_settings_reach_the_rules(project: Shell) -> None:
    project.write({"sessile.toml": "select = ['SCOPE001']\nseverity = {SCOPE001 = 'hint'}"})
    outcome = project.run("check", "--output-format=concise", "-q")
    assert outcome.out.startswith("service.py:12:12: hint[SCOPE001] ")
    assert outcome.code == 0
    project.write({"sessile.toml": "per-file-ignores = {'service.py' = ['ALL']}"})
    assert project.run("check").out == "All checks passed.\n"


def test_suppressions_are_heeded(project: Shell) -> None:
    suppressed = SERVICE.replace("return user.name", "return user.name  # sessile: ignore[SCOPE001]")
    project.write({"service.py": suppressed})
    assert project.run("check", "--select=SCOPE001").out == "All checks passed.\n"


def test_invalid_syntax_is_one_finding(project: Shell) -> None:
    project.write({"models.py": "", "service.py": "def f(:\n    pass\n"})
    outcome = project.run("check", "--output-format=concise", "-q")
    assert outcome.code == 1
    assert outcome.out.count("\n") == 1
    assert outcome.out.startswith("service.py:1:")


def test_the_real_rules_are_listed_and_explained(project: Shell) -> None:
    rules = json.loads(project.run("rule", "--output-format=json", "--all").out)
    assert all(each["summary"] and each["url"] for each in rules)
    assert len(project.run("rule").out.splitlines()) == len(rules)
    for each in rules:
        assert project.run("rule", each["name"]).out.strip() == each["documentation"].strip()


def test_a_cache_and_how_to_be_rid_of_it(project: Shell) -> None:
    words = ["check", "--select=SCOPE001", "--cache-dir=cache", "-v", "--output-format=concise"]
    first = project.run(*words)
    assert "0 of 2 files are as the cache knows them" in first.err
    second = project.run(*words)
    assert "2 of 2 files are as the cache knows them" in second.err
    assert second.out == first.out
    assert project.run("clean", "--cache-dir=cache").err == f"Removed 1 file from {project.root / 'cache'}.\n"
    assert not (project.root / "cache").exists()
    assert project.run("clean", "--cache-dir=cache").code == 0


def test_cleaning_removes_nothing_but_caches(project: Shell) -> None:
    project.run("check", "--cache-dir=cache", "-q")
    project.write({"cache/notes.json": "{}"})
    assert project.run("clean", "--cache-dir=cache").code == 0
    assert [path.name for path in (project.root / "cache").iterdir()] == ["notes.json"]


def test_no_cache(project: Shell) -> None:
    assert project.run("check", "--no-cache", "--cache-dir=cache", "-q").code == 1
    assert not (project.root / "cache").exists()


def test_the_cache_of_a_configuration(project: Shell) -> None:
    project.write({"sessile.toml": "cache-dir = '.sessile_cache'"})
    project.run("check", "-q")
    assert len(list((project.root / ".sessile_cache").iterdir())) == 1
    for text in ("../x", "/x", "a/../../x", "C:x"):
        project.write({"sessile.toml": f"cache-dir = '{text}'"})
        assert "cache-dir" in project.run("check", "-q").err


def test_fixing_what_the_cache_knows(project: Shell) -> None:
    words = ["check", "--select=SCOPE002", "-q", "--output-format=concise", "--cache-dir=cache"]
    assert project.run(*words).code == 1
    assert project.run(*words, "--fix", "--unsafe-fixes").code == 0
    assert ".options(" in project.read("service.py").decode()
    assert project.run(*words).code == 0


def test_json_of_what_the_cache_knows(project: Shell) -> None:
    words = ["check", "--output-format=json", "--cache-dir=cache"]
    first = project.run(*words).out
    assert any(each["fix"] for each in json.loads(first))
    assert project.run(*words).out == first
    assert project.run("check", "--output-format=json", "--no-cache").out == first


@pytest.mark.parametrize("jobs", ["0", "-1", "two"])
def test_a_number_of_jobs_that_is_none(project: Shell, jobs: str) -> None:
    outcome = project.run("check", f"--jobs={jobs}")
    assert outcome.code == 2
    assert f"`{jobs}` is no number of processes" in outcome.err
