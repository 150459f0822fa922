"""Reading one configuration file, and everything that is wrong with it at once.

`sessile.toml` has the options at its top level; `pyproject.toml` has them in `[tool.sessile]`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sessile.project.failure import reason
from sessile.project.kinds import Json, Problem, Reader, Record
from sessile.project.settings import Settings, options
from sessile.project.toml import line_of, parse_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OWN_FILE = "sessile.toml"
SHARED_FILE = "pyproject.toml"
_TABLE = ("tool", "sessile")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a configuration file: the line from 1, if known, the keys, and what to say."""

    line: int | None
    keys: tuple[str, ...]
    message: str


class ConfigurationError(Exception):
    """A configuration cannot be used; `path` is the absolute path of its file."""

    def __init__(self, path: str, mistakes: Iterable[Mistake]) -> None:
        self.path = path
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(each.message for each in self.mistakes))


def load(path: str, root: str, codes: frozenset[str] = frozenset(), *, required: bool = False) -> Settings | None:
    """The settings in a configuration file; None if it has no table for Sessile and need not.

    Raises:
        ConfigurationError: it cannot be read, or says something that makes no sense.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise ConfigurationError(path, [_unreadable(error)]) from error
    return parsed(data, path, root, codes, required=required)


def parsed(
    data: bytes, path: str, root: str, codes: frozenset[str] = frozenset(), *, required: bool = False
) -> Settings | None:
    """The settings in the bytes of a configuration file, as `load` has them from the disk."""
    try:
        document = parse_toml(data)
    except ValueError as error:
        raise ConfigurationError(path, [_unreadable(error)]) from error
    prefix = _prefix(path, document)
    table = _table(document, prefix)
    if table is None:
        if not required:
            return None
        raise ConfigurationError(
            path, [Mistake(None, (), "it has no table [tool.sessile]; add one, or name another file")]
        )
    settings, problems = read(table, codes, root=root, origin=path)
    if problems:
        text = data.decode("utf-8")
        found = ((prefix + each.keys, each.message) for each in problems)
        raise ConfigurationError(path, [Mistake(line_of(text, keys), keys, message) for keys, message in found])
    return settings


def read(
    table: object, codes: frozenset[str] = frozenset(), *, root: str, origin: str | None = None
) -> tuple[Settings, list[Problem]]:
    """Settings from a parsed table (of TOML, or of an editor's JSON), and what is wrong with it. Never raises."""
    nothing = Settings(root=root, origin=origin)
    if not isinstance(table, dict):
        return nothing, [Problem((), "[tool.sessile] must be a table")]
    if origin and os.path.basename(origin) == OWN_FILE and "tool" in table:
        return nothing, [Problem(("tool",), f"options stand at the top level of {OWN_FILE}; take [tool.sessile] away")]
    reader = Reader(codes)
    values = _SCHEMA.read(table, (), reader)
    return (
        (replace(nothing, **values), [])
        if not reader.problems and isinstance(values, dict)
        else (nothing, reader.problems)
    )


def schema() -> Json:
    """A JSON schema of `sessile.toml` and of `[tool.sessile]`."""
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "Sessile"}
    members = {
        each.name: {**each.kind.schema(), "description": each.description, "default": each.default}
        for each in options()
    }
    for member in members.values():
        if member["default"] is None:
            del member["default"]
    return {**head, **_SCHEMA.schema(), "properties": members}


def _build(values: Mapping[str, object]) -> dict[str, object]:
    return {name.replace("-", "_"): value for name, value in values.items()}


_SCHEMA = Record({each.name: each.kind for each in options()}, _build)


def _prefix(path: str, document: Mapping[str, object]) -> tuple[str, ...]:
    shared = os.path.basename(path) == SHARED_FILE
    return _TABLE if shared or (os.path.basename(path) != OWN_FILE and "tool" in document) else ()


def _table(document: object, keys: tuple[str, ...]) -> object | None:
    for key in keys:
        if not isinstance(document, dict) or key not in document:
            return None
        document = document[key]
    return document


def _unreadable(error: OSError | ValueError) -> Mistake:
    if isinstance(error, OSError):
        return Mistake(None, (), f"it cannot be read: {reason(error)}")
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return Mistake(line, (), "it is not UTF-8; save it as UTF-8")
    words, _, place = str(error).partition(" (at line ")
    number = place.partition(",")[0]
    return Mistake(int(number) if number.isdigit() else None, (), f"it is not TOML: {words[:1].lower()}{words[1:]}")
