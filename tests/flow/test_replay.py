"""A statement with several ways to go is run once for each, and what its calls gave stays theirs in every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.engine import analyze
from sessile.flow import inert
from sessile.flow.values import SCALAR, Function
from sessile.project.settings import Settings
from sessile.project.workspace import Workspace
from sessile.text import Document

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PROGRAM = """
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def size(kind: str) -> int:
    print(select(User))
    return len(kind)


def find(session: Session, flag: bool) -> User:
    user = session.get_one(User, 1)
    if flag:
        return user
    session.commit()
    return user


def shown(size: int, user: User) -> User:
    print(user.name, size)
    return user


def f(flag: bool) -> str:
    with Session(create_engine("sqlite://")) as session:
        user = shown(size("users"), find(session, flag))
    return user.name
"""


def test_a_call_that_is_remembered_meanwhile_changes_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`size` is followed in the first run and remembered from the second one on."""
    asked = []

    def recall(*given: object) -> object:
        name = next(each.scope.qualname for each in given if isinstance(each, Function))
        asked.append(name)
        return SCALAR if name == "size" and asked.count("size") > 1 else None

    monkeypatch.setattr(inert, "recall", recall)
    monkeypatch.setattr(inert, "harmless", lambda *_: False)
    path = tmp_path / "main.py"
    path.write_text(PROGRAM, "utf-8")
    report = analyze(Document(str(path), PROGRAM), Workspace(str(tmp_path)), Settings())
    assert [each.code for each in report.findings] == []


SHIFTED = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    team: Mapped[Team | None] = relationship()


def rstr(prefix: str) -> str:
    return prefix + "x"


def f(user: User, number: str | None, data: dict | None, more: dict | None) -> None:
    unheard(number or rstr("INV-"), user.team, data or {}, more or {}, user.team)
"""


def test_what_a_remembered_call_left_behind_is_not_what_came_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The world after `rstr` is taken up again by the other runs; `user.team` was loaded behind it."""
    path = tmp_path / "main.py"
    path.write_text(SHIFTED)
    analyze(Document(str(path), SHIFTED), Workspace(str(tmp_path)), Settings())
    assert not caplog.records
