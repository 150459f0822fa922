"""Every `lazy=` of a mapping under every loader option, as loaded, expired and refreshed, attached and detached.

SQLAlchemy is asked what raises, and exactly that is to be found.
"""

from __future__ import annotations

import itertools
import re
import warnings
from pathlib import Path

import pytest
from literate import Case
from world import World

from sessile.engine import analyze
from sessile.project.settings import Settings
from sessile.project.workspace import Workspace
from sessile.text import Document

LAZY = ("select", "joined", "selectin", "subquery", "immediate", "noload", "raise", "raise_on_sql")
OPTIONS = (
    "", "selectinload(User.posts)", "joinedload(User.posts)", "subqueryload(User.posts)", "immediateload(User.posts)",
    "lazyload(User.posts)", "noload(User.posts)", "raiseload(User.posts)", "raiseload(User.posts, sql_only=True)",
)  # fmt: skip
CHANGES = ("pass", "session.expire(user)", "session.expire(user); session.refresh(user)")

HEAD = """from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import *


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship(lazy="{lazy}")


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


engine = create_engine("sqlite://")
"""

FUNCTION = """

def f_{number}():
    with Session(engine) as session:
        user = session.scalars(select(User){options}).unique().first()
        {change}
        {inside}
    {outside}
"""
READ = "print(len(user.posts))"


def program(lazy: str) -> str:
    functions = [
        FUNCTION.format(
            number=number,
            options=f".options({option})" if option else "",
            change=change,
            inside="pass" if detached else READ,
            outside=READ if detached else "return",
        )
        for number, (option, change, detached) in enumerate(itertools.product(OPTIONS, CHANGES, (False, True)))
    ]
    return HEAD.format(lazy=lazy) + "".join(functions)


RUNNER = """

Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(User(name="ada"))
    session.add(Post(user_id=1))
    session.commit()
for name, function in sorted(globals().items()):
    if name.startswith("f_"):
        try:
            function()
        except Exception as error:
            print("raised at", error.__traceback__.tb_next.tb_lineno)
"""


def raising(text: str, lazy: str) -> list[int]:
    """The lines that raise, by running every function."""
    with World(Case(lazy, "", Path(), 0, ())) as world, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcome, printed = world.script(text + RUNNER)
    assert outcome.names == (), outcome.detail
    return sorted(int(line) for line in re.findall(r"raised at (\d+)", printed))


@pytest.mark.parametrize("lazy", LAZY)
def test_what_raises_is_found(lazy: str, tmp_path: Path) -> None:
    text = program(lazy)
    path = tmp_path / "main.py"
    path.write_text(text, "utf-8")
    report = analyze(Document(str(path), text), Workspace(str(tmp_path)), Settings())
    found = sorted(each.location.range.start.line for each in report.findings if each.code in ("SCOPE002", "SCOPE013"))
    assert found == raising(text, lazy)
