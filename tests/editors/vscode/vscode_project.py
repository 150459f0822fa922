"""A small project with known findings, open in a window, and what tests do with it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vscode_window import Window

MODELS = """\
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


Factory = sessionmaker(create_engine("sqlite://"))
"""
MAIN = """\
from models import Factory, User


def rename(key: int, name: str) -> str:
    with Factory() as session:
        user = session.get_one(User, key)
        user.name = name
        session.commit()
    return user.name


def register(name: str) -> None:
    with Factory() as session:
        session.add(User(name=name))


def create(name: str) -> User:
    with Factory() as session:
        user = User(name=name)
        session.add(user)
        session.commit()
        return user
"""
ALL = "SCOPE001:9 COMMIT001:14 DETACH002:22"
"""What is wrong with `main.py`."""
ROWS = """\
from models import Factory, User
from sqlalchemy import select


def first() -> str:
    with Factory() as session:
        return session.execute(select(User)).first().name
"""
FILES = {"models.py": MODELS, "main.py": MAIN, "sessile.toml": ""}


@dataclass(frozen=True)
class Project:
    """A window with a project of the files above."""

    window: Window

    def path(self, name: str = "main.py") -> str:
        return name if ":" in name else str(self.window.folder / name)

    def open(self, name: str = "main.py") -> None:
        self.window.ask("open", file=self.path(name))

    def findings(self, name: str = "main.py") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.window.ask("diagnostics", file=self.path(name))
        return sorted((each for each in found if each["source"] == "sessile"), key=lambda each: each["range"])

    def all_hints(self, name: str = "main.py") -> list[dict[str, Any]]:
        """The inlay hints of a file."""
        found: list[dict[str, Any]] = self.window.ask("hints", file=self.path(name), range=[0, 0, 1000, 0])
        return found

    def hints(self, name: str = "main.py") -> dict[int, str]:
        """Their labels by line."""
        return {each["at"][0] + 1: each["label"] for each in self.all_hints(name)}

    def codes(self, name: str = "main.py") -> str:
        """Such as "SCOPE001:9 COMMIT001:14", lines counted from 1."""
        return " ".join(f"{each['code']}:{each['range'][0] + 1}" for each in self.findings(name))

    def expect(self, codes: str, name: str = "main.py") -> None:
        seen = ""

        def reached() -> bool:
            nonlocal seen
            seen = self.codes(name)
            return seen == codes

        try:
            self.window.until(f"{codes!r} in {name}", reached)
        except AssertionError as error:
            raise AssertionError(f"{seen!r} is shown instead: {error}") from None

    def type(self, line: int, text: str, name: str = "main.py") -> None:
        """Insert a line before another."""
        assert self.window.ask("edit", file=self.path(name), range=[line - 1, 0, line - 1, 0], text=f"{text}\n")

    def place(self, code: str, name: str = "main.py") -> list[int]:
        """The range of the first finding with a code."""
        found: list[int] = next(each["range"] for each in self.findings(name) if each["code"] == code)
        return found

    def titles(self, code: str, name: str = "main.py") -> list[str]:
        """The entries of the menu at a finding."""
        offered = self.window.ask("actions", file=self.path(name), range=self.place(code, name))
        return [each["title"] for each in offered]

    def fix(self, code: str, title: str, name: str = "main.py") -> None:
        """Choose an entry of the menu at a finding, and save."""
        assert self.window.ask("apply", file=self.path(name), range=self.place(code, name), title=title)
        self.window.ask("save")

    def save_until(self, name: str, text: str) -> None:
        """Save everything until a file has a text: VS Code takes a moment to show what an edit changed elsewhere."""
        self.window.until(f"{text} in {name}", lambda: self.window.ask("save") and text in self.saved(name))

    def saved(self, name: str = "main.py") -> str:
        return Path(self.path(name)).read_text()


def write_files(folder: Path) -> None:
    """The project as it was, and nothing that a test added."""
    for each in folder.iterdir():
        if each.name not in FILES and each.name != ".vscode":
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    for name, text in FILES.items():
        (folder / name).write_text(text)
