"""What was computed from which names, and whether it still holds after an edit.

Whatever the analysis remembers (the value of a global name, the facts of a class, the problems of a block) carries the
names that were looked up on the way. An edit tells which names are bound differently; everything else stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A looked-up name: the path of a module and a global name of it. What is no path stands for a question to the project.
Read = tuple[str, str]
#: Read by whoever asks what all session factories of the project say.
PROJECT: Read = ("", "expire_on_commit")
#: Read by whoever asks what an application's `.state` holds, or what other classes add to a mapped one.
STATE: Read = ("", "state")
MAPPING: Read = ("", "mapping")
#: In place of a path: in which files a name is mentioned, if there are few; where a class of that name is; and in which
#: blocks some names, separated by blanks, stand together.
MENTIONS, CLASSES, BLOCKS = "?mentions", "?classes", "?blocks"
#: Read by whoever looks for a factory's `configure(...)`: it changes whenever a block that mentions it does.
CONFIGURE = "configure"
T = TypeVar("T")


@dataclass(slots=True)
class Held(Generic[T]):
    """Something computed, the names that were read for it, and when."""

    value: T
    reads: frozenset[Read]
    revision: int
    checked: int = -1


@dataclass(slots=True)
class Revisions:
    """Counts edits and remembers for each name when its binding last changed."""

    now: int = 0
    changed: dict[Read, int] = field(default_factory=dict)
    #: Before this revision nothing holds any more.
    floor: int = 0

    def edited(self, names: Iterable[Read]) -> None:
        """These names are bound differently from now on."""
        self.now += 1
        for name in names:
            self.changed[name] = self.now

    def forget(self) -> None:
        """Anything may have changed."""
        self.now += 1
        self.floor = self.now
        self.changed.clear()

    def holds(self, held: Held[T]) -> bool:
        """Whether nothing that was read for it has changed since."""
        if held.checked == self.now:
            return True
        if held.revision < self.floor:
            return False
        if any(self.changed.get(read, 0) > held.revision for read in held.reads):
            return False
        held.checked = self.now
        return True
