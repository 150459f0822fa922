"""A part that fails loses only its own findings, and the log says which part it was."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sessile import engine
from sessile.flow.events import AttributeRead
from sessile.project.settings import Settings
from sessile.project.workspace import Workspace
from sessile.rules.finding import Severity
from sessile.rules.registry import all_rules, by_code
from sessile.rules.rule import Rule
from sessile.text import Document

if TYPE_CHECKING:
    import ast
    from pathlib import Path

    from sessile.rules.rule import Problem

MODELS = """\
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, sessionmaker


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship()


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


Factory = sessionmaker(create_engine("sqlite://"))


def rename(key: int) -> str:
    with Factory() as session:
        user = session.get_one(User, key)
        user.name = "ada"
        session.commit()
    return user.name


def posts(key: int) -> int:
    with Factory() as session:
        user = session.get_one(User, key)
    return len(user.posts)
"""
BOTH = ["SCOPE001", "SCOPE002"]


class Defect(Exception):
    """What a part of Sessile raises in these tests."""


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.ERROR, "sessile")
    return caplog


def codes(tmp_path: Path) -> list[str]:
    """The codes that are found in a fresh workspace."""
    document = Document(str(tmp_path / "main.py"), MODELS)
    report = engine.analyze(document, Workspace(str(tmp_path)), Settings(root=str(tmp_path)))
    return [each.code for each in report.findings]


def with_rule(monkeypatch: pytest.MonkeyPatch, *rules: Rule) -> None:
    """Let the engine know these rules; one with a code that exists takes its place."""
    others = [each for each in all_rules() if each.code not in {rule.code for rule in rules}]
    monkeypatch.setattr(engine, "all_rules", lambda: (*rules, *others))


def fails(*_: object) -> None:
    raise Defect("the rule has a bug")


def test_nothing_fails(tmp_path: Path, log: pytest.LogCaptureFixture) -> None:
    assert codes(tmp_path) == BOTH
    assert log.records == []


def test_a_rule_that_fails_on_an_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    with_rule(monkeypatch, replace(by_code()["SCOPE001"], checks={AttributeRead: fails}))
    assert codes(tmp_path) == ["SCOPE002"]
    assert [each.getMessage() for each in log.records] == ["rule SCOPE001 failed and is left out of this report"]


def test_a_rule_that_fails_on_a_syntax_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    import ast

    bad = Rule("BAD001", "bad", Severity.ERROR)
    bad.visits(ast.Attribute)(fails)
    with_rule(monkeypatch, bad)
    assert codes(tmp_path) == BOTH
    assert {each.getMessage() for each in log.records} == {"rule BAD001 failed and is left out of this report"}


def test_a_rule_that_fails_while_its_problems_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    def check(_event: AttributeRead) -> object:
        yield from ()
        fails()

    with_rule(monkeypatch, replace(by_code()["SCOPE001"], checks={AttributeRead: check}))
    assert codes(tmp_path) == ["SCOPE002"]
    assert {each.getMessage() for each in log.records} == {"rule SCOPE001 failed and is left out of this report"}


def test_a_fix_that_cannot_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    def title(problem: Problem) -> str:
        raise Defect(problem.message)

    monkeypatch.setattr(by_code()["SCOPE002"], "title", title)
    assert codes(tmp_path) == BOTH
    assert {each.getMessage() for each in log.records} == {"rule SCOPE002 cannot name its fix, which is left out"}


def test_a_function_that_cannot_be_analysed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    analyze_block = engine.analyze_block

    def analyze(machine: object, module: object, block: ast.AST) -> None:
        if "def rename" in block.text:
            raise Defect("the machine has a bug")
        analyze_block(machine, module, block)

    monkeypatch.setattr(engine, "analyze_block", analyze)
    assert codes(tmp_path) == ["SCOPE002"]
    assert len(log.records) == 1
    assert "could not be analysed" in log.records[0].getMessage()
