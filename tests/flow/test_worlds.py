"""How many ways there are does not decide what is found: one world stands for several where it can."""

from __future__ import annotations

import pytest

from sessile.engine import analyze
from sessile.project.settings import Settings
from sessile.project.workspace import Workspace
from sessile.text import Document

MODELS = """
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


make = sessionmaker(create_engine("sqlite://"))
"""
LEAK = """
    with make() as session:
        user = session.get_one(User, 1)
        session.commit()
    print(user.name)
"""


def found(text: str, family: str = "SCOPE") -> list[str]:
    report = analyze(Document("/main.py", MODELS + text), Workspace(""), Settings())
    return [finding.code for finding in report.findings if finding.code.startswith(family)]


@pytest.mark.parametrize(
    "decision",
    [
        "    x = data.get('{n}') or 'default'\n    seen.append(x)\n",
        "    if data.get('{n}'):\n        numbers.append(int(data['{n}']))\n    print(numbers)\n",
        "    count{n} = 1\n    if data['{n}']:\n        count{n} = 2\n    if count{n}:\n        print({n})\n",
        "    if flag{n}:\n        print({n})\n    if flag{n}:\n        print({n})\n",
        "    try:\n        part = int(data['{n}'])\n    except ValueError:\n        part = None\n    print(part)\n",
        "    for each in data['{n}']:\n        name = each.strip()\n        if name:\n            print(name)\n",
    ],
)
def test_decisions_that_do_not_matter(decision: str) -> None:
    decisions = "".join(decision.format(n=number) for number in range(40))
    flags = ", ".join(f"flag{number}" for number in range(40))
    text = f"\n\ndef show(data, {flags}):\n    seen, numbers = [], []\n{decisions}{LEAK}"
    assert found(text) == ["SCOPE001"]


def test_decisions_that_matter_stay_apart() -> None:
    text = """

def show(late):
    done = False
    with make() as session:
        user = session.get_one(User, 1)
        if late:
            session.commit()
            done = True
    if not done:
        print(user.name)
"""
    assert found(text) == []


def test_a_function_that_is_too_large_to_be_followed() -> None:
    branches = "".join(f"        if data[{n}]:\n            session.add(User(name=data[{n}]))\n" for n in range(90))
    loops = f"    for data in rows:\n{branches}\n        for data in rows:\n" + branches.replace(
        "        ", "            "
    )
    show = "def show(rows):\n    with make() as session:\n        large(session, rows)\n"
    assert "SCOPE001" in found(f"\n\ndef large(session, rows):\n{loops}\n\n{show}{LEAK}")


def test_a_session_that_nobody_saw_before_the_call_is_not_handed_back() -> None:
    text = """

def save(session: Session):
    session.add(User(name="ada"))
    session.flush()


def show(opened):
    try:
        with opened.later() as cache:
            save(cache)
            cache.commit()
    except Exception:
        print("not saved")
"""
    assert found(text, "COMMIT003") == []
