"""What a dimension is made of: options, each a piece of code and what it needs.

Templates are code with a few words that the rendering replaces: `$await ` and `$await(...)` vanish in synchronous
programs, `$async ` likewise, `$Session`, `$maker` and `$contextmanager` are the flavour's own, `$options` are the
keywords of the session or factory, `$load` and `$getload` the loader options of a statement or of `get`, `$params` and
`$args` the flags that the program uses. A slot such as `{body}` on a line of its own takes a block.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Release = tuple[int, int, int]
SYNC, ASYNC, SQLMODEL = "sync", "async", "sqlmodel"
FLAVOURS = (SYNC, ASYNC, SQLMODEL)
LAST: Release = (9, 0, 0)


@dataclass(frozen=True)
class Option:
    """One value of a dimension.

    `only` names, by dimension, the options that it goes with, `never` those that it does not go with. `parts` are
    pieces for other places of the program, by the slot that takes them. `weight` says how much more
    often than others it is taken where the choice is free.
    """

    name: str
    code: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    flavours: tuple[str, ...] = FLAVOURS
    since: Release = (1, 4, 0)
    until: Release = LAST
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    never: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    weight: int = 1

    def part(self, slot: str, default: str = "") -> str:
        """The piece for a slot."""
        return self.parts.get(slot, default)


@dataclass(frozen=True)
class Dimension:
    """A question that every program of some kind answers in one of several ways."""

    name: str
    options: tuple[Option, ...]

    def __getitem__(self, name: str) -> Option:
        return next(option for option in self.options if option.name == name)


def compatible(dimension: str, option: Option, other_dimension: str, other: Option) -> bool:
    """Whether two options can be in one program."""
    if not set(option.flavours) & set(other.flavours):
        return False
    if max(option.since, other.since) > min(option.until, other.until):
        return False
    return _goes(option, other_dimension, other) and _goes(other, dimension, option)


def _goes(option: Option, dimension: str, other: Option) -> bool:
    wanted = option.only.get(dimension)
    return (wanted is None or other.name in wanted) and other.name not in option.never.get(dimension, ())
