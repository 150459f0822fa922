"""Collects what one draft changes, file by file.

Positions are offsets in the text as it was analysed. The same change asked for twice is made once, and names that are
imported are settled together when the draft is finished.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.fixes.scan import newline
from sessile.rules.finding import FileEdit
from sessile.rules.repair import Draft
from sessile.text import Edit, Position, Range

if TYPE_CHECKING:
    from sessile.flow.story import Site
    from sessile.rules.finding import Applicability
    from sessile.rules.repair import Source

Change = tuple[int, int, str]


@dataclass
class Changes:
    """The changes of one draft."""

    source: Source
    edits: dict[str, dict[Change, None]] = field(default_factory=dict)
    #: By file and module: the names to import and what they are called there.
    imports: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    created: dict[str, str] = field(default_factory=dict)
    #: Dotted names of modules that are created.
    modules: set[str] = field(default_factory=set)

    def put(self, path: str, start: int, end: int, text: str) -> None:
        """Put `text` in the place of what lies between two offsets of a file."""
        self.edits.setdefault(path, {})[(start, end, text)] = None

    def insert(self, path: str, offset: int, text: str) -> None:
        """Insert `text` at an offset of a file."""
        self.put(path, offset, offset, text)

    def replace(self, site: Site, text: str) -> None:
        """Replace a node."""
        self.put(site.path, *self.source.offsets(site), text)

    def wrap(self, site: Site, before: str, after: str) -> None:
        """Put text on both sides of a node."""
        start, end = self.source.offsets(site)
        self.insert(site.path, start, before)
        self.insert(site.path, end, after)

    def text(self, path: str) -> str:
        """The text of a file as it was analysed."""
        return self.source.document(path).text

    def newline(self, path: str) -> str:
        """The line ending of a file."""
        return newline(self.text(path))

    def imported(self, site: Site, module: str, name: str) -> str:
        """What `module.name` is called at a node: as it is there already, else by an import that is added."""
        from sessile.fixes.names import called

        return called(self, site, module, name)

    def create(self, path: str, module: str, text: str) -> None:
        """Make a new file, which is the module of that dotted name."""
        self.created[path] = text
        self.modules.add(module)

    def draft(
        self, title: str | None = None, applicability: Applicability | None = None, *, automatic: bool = True
    ) -> Draft:
        """What was collected, as a draft."""
        from sessile.fixes.imports import add_imports

        add_imports(self)
        files = [FileEdit(path, self._absolute(path, held)) for path, held in self.edits.items()]
        start = Range(Position(1, 0), Position(1, 0))
        files += [FileEdit(path, (Edit(start, text),), creates=True) for path, text in self.created.items()]
        return Draft(tuple(files), title, applicability, automatic)

    def _absolute(self, path: str, held: dict[Change, None]) -> tuple[Edit, ...]:
        lines = self.source.lines(path)
        changes = sorted(held, key=lambda change: change[:2])
        return tuple(Edit(Range(lines.position(start), lines.position(end)), text) for start, end, text in changes)
