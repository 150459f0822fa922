"""Sessile beside ruff and pyright, on files of about 500, 2,300 and 5,600 lines with findings in them, or on your own.

    sh benchmarks/run [FILE ...] [--edits 30] [--only sessile --only ruff] [--pull]

ruff is the one that is installed beside this Python; pyright is installed by npm into a folder of its own, unless
`--only` leaves it out, and is given the libraries of this Python, so that it has to look at SQLAlchemy as it would in a
project. Servers that cannot be had are left out with a word. Of your own files the servers see their own folder.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from lsp_latency import Typing, measure, table

LINES = (500, 2_300, 5_600)
SERVERS = ("sessile", "ruff", "pyright")
ROOT = Path(__file__).resolve().parents[1]

HEAD = """\
from __future__ import annotations

from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, sessionmaker


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list[Post]] = relationship(back_populates="author")


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    author: Mapped[User] = relationship(back_populates="posts")


engine = create_engine("sqlite://")
Factory = sessionmaker(engine)
"""
UNIT = """

def rename_{i}(user_id: int, name: str) -> str:
    with Session(engine) as session:
        user = session.get_one(User, user_id)
        user.name = name
        session.commit()
        return user.name


def titles_{i}(name: str) -> list[str]:
    with Factory() as session:
        users = session.scalars(select(User).where(User.name == name)).all()
    found = []
    for user in users:
        found.append(user.name)
    return found


def register_{i}(name: str) -> int:
    try:
        with Session(engine) as session:
            user = User(name=name)
            session.add(user)
            session.commit()
            session.refresh(user)
            return user.id
    except ValueError as error:
        print("cannot register", name, error)
        raise


class Service{i}:
    def __init__(self, limit: int = 10) -> None:
        self.limit = limit

    def first(self) -> str | None:
        with Session(engine) as session:
            user = session.scalars(select(User).limit(self.limit)).first()
            if user is None:
                return None
            return user.name
"""
MISTAKES = {
    "        return user.name\n\n\ndef": "    return user.name\n\n\ndef",  # sessile: the name is expired
    "    found = []\n": '    found = []\n    unused: int = ""\n',  # both others: unused, and no int
    "found.append(user.name)": "found.extend(post.title for post in user.posts)",  # sessile: the posts are not loaded
}
MISTAKEN = 5
"""In one of so many units all of the mistakes are made."""
TOGGLED = r"session\.commit\(\)"


def generated(lines: int) -> str:
    """A module of at least so many lines; the same for the same number."""
    text, count = HEAD, 0
    while text.count("\n") < lines:
        unit = UNIT.format(i=count)
        for right, wrong in MISTAKES.items() if count % MISTAKEN == 0 else ():
            unit = unit.replace(right, wrong)
        text += unit
        count += 1
    return text


def command(name: str, tools: Path) -> str | None:
    """How to start a server; None with a word on why there is none."""
    if name == "sessile":
        code = f"import sys; sys.path.insert(0, {str(ROOT / 'server')!r}); from sessile.lsp.server import main; "
        return shlex.join([sys.executable, "-I", "-c", code + "sys.exit(main([]))"])
    if name == "ruff":
        found = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
        if found is None:
            print("ruff: not installed; python -m pip install ruff")
        return shlex.join([found, "server"]) if found else None
    return _pyright(tools)


def _pyright(tools: Path) -> str | None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        print("pyright: npm is not installed")
        return None
    server = tools / "node_modules" / "pyright" / "langserver.index.js"
    if not server.exists():
        install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(tools), "pyright"]
        if subprocess.run(install, check=False).returncode != 0:
            print("pyright: npm could not install it")
            return None
    return shlex.join([node, str(server), "--stdio"])


def write(folder: Path) -> list[Path]:
    """The files of all sizes, in a folder that pyright understands."""
    environment = Path(sys.prefix)
    settings = {"venvPath": str(environment.parent), "venv": environment.name}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    paths = [folder / f"lines_{lines}.py" for lines in LINES]
    for path, lines in zip(paths, LINES, strict=True):
        path.write_text(generated(lines))
    return paths


def compare(path: Path, servers: list[tuple[str, str]], given: argparse.Namespace) -> None:
    """Print a table for each kind of edit that the file allows."""
    text = path.read_text()
    kinds = [("a comment changes", None), ("a commit goes and comes", TOGGLED)]
    for title, line in kinds if re.search(TOGGLED, text) else kinds[:1]:
        print(f"\n{path.name}, {text.count(chr(10)):,} lines, {title}:\n")
        print(table(measure(Typing(path, given.edits, line=line), servers, pull=given.pull)), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--edits", type=int, default=30)
    parser.add_argument("--only", action="append", choices=SERVERS)
    parser.add_argument("--pull", action="store_true", help="pull diagnostics from servers that offer it")
    parser.add_argument("--tools", type=Path, default=Path(tempfile.gettempdir()) / "sessile-benchmark-tools")
    given = parser.parse_args()
    given.tools.mkdir(parents=True, exist_ok=True)
    commands = {name: command(name, given.tools) for name in given.only or SERVERS}
    servers = [(name, found) for name, found in commands.items() if found]
    print(f"Milliseconds; Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    with tempfile.TemporaryDirectory() as folder:
        for path in [each.resolve() for each in given.files] or write(Path(folder)):
            compare(path, servers, given)


if __name__ == "__main__":
    main()
