"""The kinds of values that settings take: how each is read, what is said when one is wrong, and its JSON schema.

Reading never raises on what a user wrote: it tells the reader what is wrong, and goes on, so that one run names all of
a file's mistakes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Json = dict[str, object]
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a configuration: the keys that lead to it, outermost first, and what to say."""

    keys: Keys
    message: str


@dataclass(slots=True)
class Reader:
    """Collects problems. `codes` are the rules that exist; empty where they are not known, and then any will do."""

    codes: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)

    def report(self, keys: Keys, message: str) -> None:
        self.problems.append(Problem(keys, message))

    def wrong(self, keys: Keys, value: object, expected: str) -> None:
        """Say that a value is of the wrong kind."""
        self.report(keys, f"`{dotted(keys)}` must be {expected}, not {described(value)}")


class Kind(Protocol):
    """A kind of value. What `read` returns counts only if it reported nothing."""

    def read(self, value: object, keys: Keys, reader: Reader) -> object: ...

    def schema(self) -> Json: ...


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def read(self, value: object, keys: Keys, reader: Reader) -> bool:
        if not isinstance(value, bool):
            reader.wrong(keys, value, "true or false")
        return value is True

    def schema(self) -> Json:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Text:
    """A string that is not empty; `pattern` must match all of it, `check` returns a complaint or None."""

    what: str
    pattern: str | None = None
    check: Callable[[str, Reader], str | None] | None = None

    def read(self, value: object, keys: Keys, reader: Reader) -> str:
        if not isinstance(value, str) or not re.fullmatch(self.pattern or r"(?s:.+)", value):
            reader.wrong(keys, value, self.what)
            return ""
        complaint = self.check(value, reader) if self.check else None
        if complaint:
            reader.report(keys, complaint)
        return value

    def schema(self) -> Json:
        return {"type": "string", **({"pattern": f"^(?:{self.pattern})$"} if self.pattern else {"minLength": 1})}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words, turned into what `convert` makes of it."""

    words: tuple[str, ...]
    convert: Callable[[str], object] = str

    def read(self, value: object, keys: Keys, reader: Reader) -> object:
        if isinstance(value, str) and value in self.words:
            return self.convert(value)
        reader.wrong(keys, value, f"one of {', '.join(self.words)}")
        return None

    def schema(self) -> Json:
        return {"type": "string", "enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Many:
    """A list of values of one kind."""

    item: Kind

    def read(self, value: object, keys: Keys, reader: Reader) -> tuple[object, ...]:
        if not isinstance(value, list):
            reader.wrong(keys, value, "a list")
            return ()
        return tuple(self.item.read(each, keys, reader) for each in value)

    def schema(self) -> Json:
        return {"type": "array", "items": self.item.schema()}


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose keys are the user's own."""

    key: Text
    value: Kind

    def read(self, value: object, keys: Keys, reader: Reader) -> dict[str, object]:
        if not isinstance(value, dict):
            reader.wrong(keys, value, "a table")
            return {}
        return {
            self.key.read(name, (*keys, str(name)), reader): self.value.read(each, (*keys, str(name)), reader)
            for name, each in value.items()
        }

    def schema(self) -> Json:
        return {"type": "object", "propertyNames": self.key.schema(), "additionalProperties": self.value.schema()}


@dataclass(frozen=True, slots=True)
class Record:
    """A table with known keys, each of which may be left out; `build` makes a value of what is there."""

    members: Mapping[str, Kind]
    build: Callable[[dict[str, object]], object] = dict
    documented: Mapping[str, str] = field(default_factory=dict)

    def read(self, value: object, keys: Keys, reader: Reader) -> object:
        if not isinstance(value, dict):
            reader.wrong(keys, value, "a table")
            return None
        unknown = [name for name in value if name not in self.members]
        for name in unknown:
            guess = nearest(str(name), self.members)
            reader.report((*keys, str(name)), f"`{dotted((*keys, str(name)))}` is not an option; {guess}")
        known = {name: each for name, each in value.items() if name in self.members}
        return self.build({n: self.members[n].read(each, (*keys, n), reader) for n, each in known.items()})

    def schema(self) -> Json:
        members: Json = {}
        for name, kind in self.members.items():
            members[name] = {**kind.schema(), **({"description": self.documented[name]} if self.documented else {})}
        return {"type": "object", "properties": members, "additionalProperties": False}


def dotted(keys: Keys) -> str:
    """Keys as TOML writes them, quoted where it must."""
    return ".".join(key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else f'"{key}"' for key in keys)


def described(value: object) -> str:
    """A value as a user wrote it, short."""
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= 60 else f"'{value[:57]}...'"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "a table"
    return str(value)


def nearest(word: str, known: Iterable[str]) -> str:
    """What to do about an unknown word: the known one it was likely meant to be, or all of them."""
    from difflib import get_close_matches

    words = list(known)
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else f"use one of {', '.join(words)}"
