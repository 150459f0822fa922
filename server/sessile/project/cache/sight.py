"""A look into files as they are now, for a memory that has to find out what a change means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.project.cache.answers import contribution
from sessile.project.reach import Reach, reach_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.flow.revisions import Read
    from sessile.project.cache.memory import Memory
    from sessile.project.settings import Settings
    from sessile.project.workspace import Workspace


@dataclass(slots=True)
class Sight:
    """`layout` are all Python files of the project."""

    workspace: Workspace
    settings: Settings
    layout: Sequence[str]
    _reach: Reach | None = field(default=None)

    def answer(self, read: Read, path: str) -> str:
        """What a file contributes to the answer to what was read; empty if nothing, or if it is gone."""
        scope = self.workspace.scope_of(path)
        return contribution(read, scope) if scope is not None else ""

    def lead(self, path: str) -> str:
        """A digest of what a file imports."""
        if self._reach is None:
            self._reach = reach_of(self.workspace, self.settings, (), self.layout)
        return self._reach.lead(path)

    def importers(self, memory: Memory, moved: set[str]) -> set[str]:
        """Of the files that verdicts rest on, those that seem to import one of the files that came or went."""
        return reach_of(self.workspace, self.settings, memory.files, self.layout, moved).importers(moved)
