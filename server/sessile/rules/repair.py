"""What the repair of a rule works with: the texts as they were analysed, and the drafts that it hands back.

A repair never looks at the disk: it sees what the analysis saw, so its edits are against exactly that text.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sessile.flow.story import Site
from sessile.text import LineIndex, Position, Range

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterator

    from sessile.flow.scopes import ModuleScope
    from sessile.project.settings import Settings
    from sessile.project.workspace import Workspace
    from sessile.rules.finding import Applicability, FileEdit
    from sessile.syntax import Block
    from sessile.text import Document


log = logging.getLogger(__name__)


class NotRepairable(Exception):
    """A repair meets something that it cannot rewrite: this draft is not made."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One way to repair a problem, not yet verified. None means what the rule's offer says."""

    files: tuple[FileEdit, ...]
    title: str | None = None
    applicability: Applicability | None = None
    automatic: bool = True


@dataclass(frozen=True)
class Source:
    """The file with the problem, and the files around it. Ranges are absolute, offsets count code points."""

    module: ModuleScope
    workspace: Workspace
    settings: Settings

    @property
    def path(self) -> str:
        """The absolute path of the file with the problem."""
        return self.module.path

    @cached_property
    def modern(self) -> bool:
        """Whether the project runs on SQLAlchemy 2 or later; assumed where nobody says otherwise."""
        from sessile.project.release import release_for

        return release_for(self.settings, self.workspace.release()) >= (2,)

    def scope(self, path: str) -> ModuleScope:
        """The module of a file; raises NotRepairable where it cannot be read."""
        found = self.module if path == self.module.path else self.workspace.scope_of(path)
        if found is None:
            raise NotRepairable(f"{path} cannot be read")
        return found

    def document(self, path: str) -> Document:
        """The text of a file; raises NotRepairable where it cannot be read."""
        return self.scope(path).module.document

    def first_line(self, path: str, block: Block) -> int:
        """The absolute line of a block's first line; raises NotRepairable where its text has changed meanwhile."""
        try:
            return self.scope(path).module.line_of(block)
        except KeyError as error:
            raise NotRepairable("the block is of another version of the text") from error

    def range(self, site: Site) -> Range:
        """All of a node, decorators left out."""
        return span(site.node).moved(self.first_line(site.path, site.block) - 1)

    def offsets(self, site: Site) -> tuple[int, int]:
        """Where a node starts and ends in its file."""
        lines, place = self.lines(site.path), self.range(site)
        return lines.offset(place.start), lines.offset(place.end)

    def text(self, site: Site) -> str:
        """A node as it is written."""
        start, end = self.offsets(site)
        return self.document(site.path).text[start:end]

    def lines(self, path: str) -> LineIndex:
        """The lines of a file."""
        return self.document(path).lines


def at(site: Site, node: ast.AST) -> Site:
    """Another node of the same block."""
    return Site(site.path, site.block, node)


def span(node: ast.AST) -> Range:
    """All of a node, relative to its block."""
    start = Position(node.lineno, node.col_offset)  # type: ignore[attr-defined]  # statements and expressions have them
    end_line, end_column = node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
    return Range(start, Position(end_line, end_column))


def attempts(*makers: Callable[[], Draft]) -> Iterator[Draft]:
    """The drafts that can be made, in order."""
    for make in makers:
        yield from repairable(_made(make))


def _made(make: Callable[[], Draft]) -> Iterator[Draft]:
    yield make()


def repairable(drafts: Iterator[Draft]) -> Iterator[Draft]:
    """The drafts up to where no more can be made, so that others may follow."""
    try:
        yield from drafts
    except NotRepairable as reason:
        log.debug("no further drafts: %s", reason)
