"""The cache on the disk: what it remembers, what it forgets, and that nothing can make it lie."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from runs import run

from sessile.project.cache import refresh
from sessile.project.cache.file import CacheFile
from sessile.project.cache.place import default_directory

MODELS = """\
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


Factory = sessionmaker(create_engine("sqlite://"))
"""
SERVICE = """\
from models import Factory, User


def rename(key: int) -> str:
    with Factory() as session:
        user = session.get_one(User, key)
        user.name = "x"
        session.commit()
    return user.name
"""
PLAIN = "import json\n\n\ndef load(text):\n    return json.loads(text)\n"
FILES = {"models.py": MODELS, "service.py": SERVICE, "plain.py": PLAIN}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    found = tmp_path / "root"
    found.mkdir()
    for name, text in FILES.items():
        (found / name).write_text(text)
    return found


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def known(said: list[str]) -> str:
    return next(each for each in said if "as the cache knows" in each).partition(" files")[0]


def checked(root: Path, cache: Path) -> tuple[str, list[str]]:
    """How much was known of how much, and the codes found in the service; the same as without a cache."""
    said: list[str] = []
    found = run(root, cache, said=said)
    assert found == run(root)
    return known(said), [each.code for each in found["service.py"].findings]


def test_what_did_not_change_is_remembered(root: Path, cache: Path) -> None:
    assert checked(root, cache) == ("0 of 3", ["SCOPE001"])
    assert checked(root, cache) == ("3 of 3", ["SCOPE001"])


def test_what_depends_on_a_change_is_checked_again(root: Path, cache: Path) -> None:
    checked(root, cache)
    (root / "models.py").write_text(MODELS.replace('"sqlite://")', '"sqlite://"), expire_on_commit=False'))
    assert checked(root, cache) == ("1 of 3", [])
    (root / "plain.py").write_text(PLAIN + "\n\nX = 1\n")
    assert checked(root, cache) == ("2 of 3", [])


def test_what_does_not_depend_on_a_change_is_not(root: Path, cache: Path) -> None:
    checked(root, cache)
    (root / "models.py").write_text(MODELS + "\n\nclass Other(Base):\n    __tablename__ = 'other'\n")
    assert checked(root, cache) == ("2 of 3", ["SCOPE001"])


def test_a_story_follows_the_lines_of_another_file(root: Path, cache: Path) -> None:
    (root / "work.py").write_text("def finish(session):\n    session.commit()\n")
    text = SERVICE.replace("session.commit()", "finish(session)").replace("from", "from work import finish\nfrom", 1)
    (root / "service.py").write_text(text)
    assert checked(root, cache)[1] == ["SCOPE001"]
    (root / "work.py").write_text("\n\n\ndef finish(session):\n    session.commit()\n")
    assert checked(root, cache)[1] == ["SCOPE001"]


def test_a_touched_file_is_known_by_its_content(root: Path, cache: Path) -> None:
    checked(root, cache)
    os.utime(root / "models.py", (1, 1))
    assert checked(root, cache)[0] == "3 of 3"
    assert checked(root, cache)[0] == "3 of 3"


def test_a_file_that_comes_or_goes(root: Path, cache: Path) -> None:
    (root / "service.py").write_text(SERVICE.replace("models", "better_models"))
    assert checked(root, cache)[1] == []
    (root / "better_models.py").write_text(MODELS)
    assert checked(root, cache)[1] == ["SCOPE001"]
    (root / "better_models.py").unlink()
    assert checked(root, cache)[1] == []


def test_what_was_passed_over_is_looked_at_once_it_matters(
    root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sessile.cli.crew.batch.MANY_FILES", 1)
    (root / "service.py").write_text(SERVICE.replace("from models", "from plain"))
    assert checked(root, cache)[1] == []
    (root / "plain.py").write_text("from models import Factory, User\n")
    assert checked(root, cache)[1] == ["SCOPE001"]


def test_settings_and_releases_have_caches_of_their_own(root: Path, cache: Path) -> None:
    checked(root, cache)
    (root / "sessile.toml").write_text("ignore = ['SCOPE']")
    assert checked(root, cache) == ("0 of 3", [])
    (root / "sessile.toml").write_text("fail-on = 'error'")
    assert checked(root, cache) == ("3 of 3", ["SCOPE001"])
    (root / "requirements.txt").write_text("sqlalchemy==1.4\n")
    assert checked(root, cache)[0] == "0 of 3"
    assert len(list(cache.iterdir())) == 3


@pytest.mark.parametrize("damage", ["cut", "bit", "empty", "other", "binary", "directory"])
def test_a_damaged_cache_is_thrown_away_and_it_is_said(root: Path, cache: Path, damage: str) -> None:
    checked(root, cache)
    (path,) = cache.iterdir()
    data = path.read_bytes()
    half = len(data) // 2
    texts = {
        "cut": data[:half],
        "bit": data[:half] + bytes([data[half] ^ 1]) + data[half + 1 :],
        "empty": b"",
        "other": b"[]\n[]\n[]",
        "binary": os.urandom(1000),
    }
    path.unlink()
    path.mkdir() if damage == "directory" else path.write_bytes(texts[damage])
    said: list[str] = []
    assert run(root, cache, said=said) == run(root)
    assert sum("the cache is damaged" in each for each in said) == 1
    assert known(said) == "0 of 3"
    if damage != "directory":
        assert checked(root, cache)[0] == "3 of 3"


@pytest.mark.parametrize("place", ["file", "missing parent is a file", "read-only"])
def test_a_cache_that_cannot_be_written(root: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    cache = {"file": tmp_path / "file", "missing parent is a file": tmp_path / "file" / "cache"}.get(place)
    cache = cache or Path("/proc/sessile")
    said: list[str] = []
    assert run(root, cache, said=said) == run(root)


def test_a_run_that_is_killed_leaves_the_cache_whole(root: Path, cache: Path) -> None:
    checked(root, cache)
    (path,) = cache.iterdir()
    before = path.read_bytes()
    (root / "service.py").write_text(SERVICE + "\n\nX = 1\n")
    program = f"""
import os, sys
sys.path[:0] = {[os.path.dirname(__file__), *sys.path]!r}
from pathlib import Path
os.replace = lambda *_: os._exit(9)  # killed at the last moment
from runs import run
run(Path({str(root)!r}), Path({str(cache)!r}))
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    assert path.read_bytes() == before
    assert checked(root, cache)[0] == "2 of 3"


def test_two_runs_at_once(root: Path, cache: Path) -> None:
    program = f"""
import sys
sys.path[:0] = {[os.path.dirname(__file__), *sys.path]!r}
from pathlib import Path
from runs import run
for _ in range(12):
    said = []
    run(Path({str(root)!r}), Path({str(cache)!r}), said=said)
    assert not any("damaged" in each for each in said), said
"""
    both = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2)]
    for number in range(12):
        (root / "plain.py").write_text(PLAIN + f"\n\nX = {number}\n")
        time.sleep(0.05)
    assert [each.wait() for each in both] == [0, 0]
    assert checked(root, cache)[1] == ["SCOPE001"]
    assert checked(root, cache)[0] == "3 of 3"


def test_a_file_that_changes_while_it_is_checked(root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its verdict is told, and not taken for that of the newer text."""
    examine = __import__("sessile.cli.crew.examiner", fromlist=["x"]).Examiner.examine

    def meanwhile(self: object, path: str, **more: bool) -> object:
        found = examine(self, path, **more)
        if path.endswith("service.py"):
            (root / "models.py").write_text(MODELS.replace('"sqlite://")', '"sqlite://"), expire_on_commit=False'))
        return found

    with monkeypatch.context() as patch:
        patch.setattr("sessile.cli.crew.examiner.Examiner.examine", meanwhile)
        run(root, cache)
    assert checked(root, cache)[1] == []


def test_a_failure_is_told_every_time(root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no")

    with monkeypatch.context() as patch:
        patch.setattr("sessile.engine.analyze_block", fail)
        run(root, cache)
    assert checked(root, cache) == ("0 of 3", ["SCOPE001"])


def test_an_unreadable_file_is_told_every_time(root: Path, cache: Path) -> None:
    (root / "plain.py").write_bytes(b"\xff\xfea\x00")
    first = run(root, cache)
    assert run(root, cache) == first
    assert "cannot be decoded" in first["plain.py"].message


def test_the_oldest_caches_of_a_project_go(root: Path, cache: Path) -> None:
    for number in range(6):
        (root / "sessile.toml").write_text(f"per-file-ignores = {{ 'x{number}.py' = ['ALL'] }}")
        run(root, cache)
    assert len(list(cache.iterdir())) == 4


def test_it_is_plain_data(root: Path, cache: Path) -> None:
    run(root, cache)
    (path,) = cache.iterdir()
    assert len([json.loads(line) for line in path.read_text("ascii").splitlines()]) == 3
    assert CacheFile(str(cache), *path.stem.split("-")).load() is not None


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, ".cache/sessile"),
        ("linux", {"XDG_CACHE_HOME": "/somewhere"}, "/somewhere/sessile"),
        ("linux", {"SESSILE_CACHE_DIR": "/mine"}, "/mine"),
        ("darwin", {}, "Library/Caches/sessile"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/sessile"),
    ],
)
def test_where_it_is(platform: str, environment: dict[str, str], expected: str) -> None:
    assert default_directory(environment, platform) == os.path.join(os.path.expanduser("~"), expected)


def test_a_stamp_that_may_be_too_young_is_not_trusted(root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who writes twice within one tick of the clock leaves size and mtime as they were."""
    monkeypatch.setattr(refresh, "RACE", 10**18)
    path = root / "service.py"
    before = path.stat()
    assert checked(root, cache)[1] == ["SCOPE001"]
    path.write_text(SERVICE.replace("user.name\n", "key      \n"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert checked(root, cache)[1] == []


CREATE = """\
from models import Factory, User


def create(name: str) -> User:
    with Factory() as session:
        user = User(name=name)
        session.add(user)
        session.commit()
        return user
"""
POSTS = """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import Base


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    user = relationship("User", backref="posts")
"""
READ = """\
from models import Factory, User


def read(key: int) -> int:
    with Factory() as session:
        user = session.get_one(User, key)
    return len(user.posts)
"""
PARAMETER = """\
from sqlalchemy.orm import Session

from models import User


def rename(session: Session, key: int) -> str:
    user = session.get_one(User, key)
    session.commit()
    session.close()
    return user.name
"""
TO_ONE = """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import Base, Factory


class Comment(Base):
    __tablename__ = "comment"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    post: Mapped["Post"] = relationship()


def read(key: int) -> int:
    with Factory() as session:
        comment = session.get_one(Comment, key)
        post = comment.post
    return post.user.name
"""


@pytest.mark.parametrize(
    ("asking", "answering", "one", "other"),
    [
        (CREATE, "caller.py", "from service import create\n\n\ndef f():\n    return create('x').name\n", ""),
        (READ, "posts.py", POSTS, POSTS.replace('backref="posts"', 'backref="texts"')),
        (PARAMETER, "models.py", MODELS, MODELS.replace('"sqlite://")', '"sqlite://"), expire_on_commit=False')),
        (TO_ONE, "posts.py", POSTS, POSTS.replace("class Post(", "class Text(")),
    ],
    ids=["who calls", "backrefs", "all factories", "classes by name"],
)
def test_questions_to_the_whole_project(
    root: Path, cache: Path, asking: str, answering: str, one: str, other: str
) -> None:
    """A file that nobody imports decides what is found in another."""
    (root / "service.py").write_text(asking)
    found = []
    for text in (other, one, other):
        (root / answering).write_text(text)
        found.append(checked(root, cache)[1])
    assert found[0] == found[2] != found[1]
