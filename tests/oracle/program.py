"""A program: the options it is made of, and its files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .kinds import KINDS

if TYPE_CHECKING:
    from .option import Option, Release


@dataclass(frozen=True)
class Program:
    """One choice for every dimension of a kind; `key` names it, and is all that is needed to make it again."""

    kind: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, key: str) -> Program:
        """The program of a key."""
        kind, *names = key.split(" | ")
        return cls(kind, tuple(names))

    @property
    def key(self) -> str:
        """The kind and its options in the order of the dimensions."""
        return " | ".join((self.kind, *self.names))

    @cached_property
    def options(self) -> dict[str, Option]:
        """The options by dimension."""
        dimensions = KINDS[self.kind].dimensions
        return {dimension.name: dimension[name] for dimension, name in zip(dimensions, self.names, strict=True)}

    @cached_property
    def files(self) -> dict[str, str]:
        """The texts by file name; `main.py` has the function `f` that is called."""
        return KINDS[self.kind].write(self.options)

    def line(self, place: str) -> str:
        """The text at `file:line`."""
        name, _, number = place.rpartition(":")
        return self.files[name].split("\n")[int(number) - 1]

    @property
    def demands(self) -> dict[str, Any]:
        """What the stage has to do besides calling `f`: several `sizes` of the data, what is `expected`."""
        return KINDS[self.kind].demands(self.options)

    @property
    def apart(self) -> bool:
        """Whether it needs more than one module: a row of its own."""
        return len(self.files) > 1

    def runs_on(self, release: Release) -> bool:
        """Whether the release has all that the program uses."""
        return all(option.since <= release <= option.until for option in self.options.values())
