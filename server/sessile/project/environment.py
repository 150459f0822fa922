"""The packages that a project has installed, as far as their files tell: nothing of an environment is run or imported.

Only packages that need SQLAlchemy are of interest, and of these what is known by heart is not looked up: SQLAlchemy and
SQLModel themselves, and Flask-SQLAlchemy.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Where projects keep their environment.
FOLDERS = (".venv", "venv", "env")
KNOWN = frozenset({"sqlalchemy", "sqlmodel", "flask_sqlalchemy", "alembic"})
_NEEDS = re.compile(r"^Requires-Dist: *([\w.-]+)([^\n]*)", re.M)
_NAME = re.compile(r"^Name: *([\w.-]+)", re.M)


def find_site(root: str, active: str | None = None) -> str | None:
    """The `site-packages` of the environment in a project's directory, else of the `active` one; None without."""
    for folder in (*(os.path.join(root, each) for each in FOLDERS if root), *([active] if active else [])):
        if not os.path.isfile(os.path.join(folder, "pyvenv.cfg")):
            continue
        for site in (*_unix(folder), os.path.join(folder, "Lib", "site-packages")):
            if os.path.isdir(site):
                return site
    return None


def _unix(folder: str) -> list[str]:
    library = os.path.join(folder, "lib")
    versions = sorted((each for each in _listed(library) if each.startswith("python")), key=len)
    return [os.path.join(library, each, "site-packages") for each in reversed(versions)]


def packages(site: str) -> frozenset[str]:
    """The top-level names of the installed packages that need SQLAlchemy, or one that does."""
    needs = {name: (directory, required) for directory, name, required in _distributions(site)}
    direct = {name for name, (_, required) in needs.items() if required & {("sqlalchemy", False), ("sqlmodel", False)}}
    direct -= KNOWN
    indirect = {name for name, (_, required) in needs.items() if {each for each, _ in required} & direct}
    return frozenset(top for name in (direct | indirect) - KNOWN for top in _top_level(site, needs[name][0]))


def _distributions(site: str) -> Iterator[tuple[str, str, set[tuple[str, bool]]]]:
    """Directory, name and requirements of each distribution; of a requirement also whether only an extra has it."""
    for directory in _listed(site):
        text = _read(os.path.join(site, directory, "METADATA")) if directory.endswith(".dist-info") else ""
        name = _NAME.search(text)
        if name is not None:
            required = {(_normal(each[1]), "extra" in each[2]) for each in _NEEDS.finditer(text)}
            yield directory, _normal(name[1]), required


def _top_level(site: str, directory: str) -> set[str]:
    """What a distribution puts into `site-packages`."""
    lines = _read(os.path.join(site, directory, "RECORD")).splitlines()
    paths = [line.partition(",")[0] for line in lines if line.partition(",")[0].endswith(".py")]
    return {path.partition("/")[0].removesuffix(".py") for path in paths if not path.startswith("..")}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


def _listed(directory: str) -> list[str]:
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
