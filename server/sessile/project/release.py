"""Which release of SQLAlchemy a project runs on, as far as the files that pin it say.

Only text is read: lock files first, which know exactly, then what the project asks for; of that the lower bound counts.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sessile.project.settings import Settings

Release = tuple[int, ...]
DEFAULT: Release = (2, 0)
LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")
ASKING = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile", "environment.yml", "environment.yaml")
#: Files larger than this are left alone.
LARGEST = 4_000_000
_LOCKED = re.compile(r'name = "sqlalchemy"\s*\nversion = "(\d+)\.(\d+)', re.I)
_PINNED = re.compile(r'"sqlalchemy":\s*\{[^{}]*?"version":\s*"==(\d+)\.(\d+)', re.I | re.S)
_ASKED = re.compile(
    r"""(?:^|["'\s,\[])sqlalchemy["']?\s*(?:\[[\w,\s-]*\])?\s*(?:=\s*)?["']?\s*"""
    r"""(?P<op>===?|~=|>=|\^|~|<)?\s*(?P<major>[12])(?:\.(?P<minor>\d+))?""",
    re.I | re.M,
)
_SQLMODEL = re.compile(
    r"""(?:^|["'\s,\[])sqlmodel["']?\s*(?:=\s*)?["']?\s*(?:===?|~=|>=|\^|~)\s*0\.0\.(\d+)""", re.I | re.M
)
#: From this release on SQLModel needs SQLAlchemy 2.0.
SQLMODEL_ON_2 = 14


def release_for(settings: Settings, found: Release | None) -> Release:
    """The release to assume: what the settings say, else what was found, else the present one."""
    if settings.sqlalchemy_version:
        return tuple(int(part) for part in settings.sqlalchemy_version.split("."))
    return found or DEFAULT


def find_release(root: str) -> Release | None:
    """The release that the files in a directory, or in the directories right below it, name; None if none does."""
    directories = list(_directories(root))
    for names, pattern in ((LOCKS, _LOCKED), (LOCKS, _PINNED)):
        for text in _texts(directories, names):
            if (match := pattern.search(text)) is not None:
                return (int(match[1]), int(match[2]))
    asked = [release for text in _asking(directories) for release in _asked(text)]
    return max(asked) if asked else _by_sqlmodel(directories)


def _asked(text: str) -> Iterator[Release]:
    for match in _ASKED.finditer(text):
        major, minor = int(match["major"]), int(match["minor"] or 0)
        if match["op"] == "<":
            if (major, minor) <= (2, 0):
                yield (1, 4)
        elif match["op"] is not None:
            yield (major, minor)


def _by_sqlmodel(directories: list[str]) -> Release | None:
    numbers = [int(match[1]) for text in _asking(directories) for match in _SQLMODEL.finditer(text)]
    if not numbers:
        return None
    return (2, 0) if max(numbers) >= SQLMODEL_ON_2 else (1, 4)


def _directories(root: str) -> Iterator[str]:
    if not root:
        return
    yield root
    try:
        inside = sorted(os.scandir(root), key=lambda entry: entry.name)
    except OSError:
        return
    yield from (entry.path for entry in inside if entry.is_dir() and not entry.name.startswith((".", "node_modules")))


def _asking(directories: list[str]) -> Iterator[str]:
    yield from _texts(directories, ASKING)
    for directory in directories:
        names = [name for name in _names(directory) if re.fullmatch(r"requirements.*\.(?:txt|in)", name)]
        yield from _texts([directory], names)
    for directory in _requirements(directories):
        yield from _texts([directory], [name for name in _names(directory) if name.endswith((".txt", ".in"))])


def _requirements(directories: list[str]) -> list[str]:
    """Directories called `requirements`, and what is in them: `requirements/base.txt`, `requirements/dev/test.in`."""
    own = [each for each in directories if os.path.basename(each) == "requirements"]
    own += [os.path.join(each, "requirements") for each in directories]
    return [inner for each in dict.fromkeys(own) for inner in _directories(each) if os.path.isdir(inner)]


def _names(directory: str) -> list[str]:
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []


def _texts(directories: Iterable[str], names: Iterable[str]) -> Iterator[str]:
    for directory in directories:
        for name in names:
            path = os.path.join(directory, name)
            try:
                if os.path.getsize(path) <= LARGEST:
                    with open(path, encoding="utf-8", errors="replace") as file:
                        yield file.read()
            except OSError:
                continue
