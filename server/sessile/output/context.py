"""What a format may ask for besides the findings, and how it shows places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sessile.output.visible import relative, visible
from sessile.rules.finding import Applicability

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sessile.output.styled import Styled
    from sessile.rules.finding import Finding, Fix
    from sessile.text import Document, Position


@dataclass(frozen=True, slots=True)
class Context:
    """`directory` is the absolute path that people are shown paths relative to. `document` gives a file's text as it
    was analysed, `url` the page of a code, `fix` the edits of a finding, built when asked for. `unsafe` says whether
    fixes that need a human's eye would be applied too."""

    directory: str
    document: Callable[[str], Document | None]
    url: Callable[[str], str | None]
    fix: Callable[[Finding], Fix | None]
    unsafe: bool = False

    def shown(self, path: str) -> str:
        """A path for people: relative if it is below the directory, and on one line."""
        return visible(relative(path, self.directory))

    def row_and_column(self, path: str, position: Position) -> tuple[int, int]:
        """Row and column from 1, the column in code points."""
        document = self.document(path)
        return position.line, (document.lines.column(position, "utf-32") if document else position.column) + 1

    def place(self, path: str, position: Position) -> str:
        """`path:row:column`, as editors and terminals understand it."""
        row, column = self.row_and_column(path, position)
        return f"{self.shown(path)}:{row}:{column}"

    def fixable(self, finding: Finding) -> bool:
        """Whether `--fix` as it was asked for would repair it."""
        return finding.applicability is Applicability.SAFE or (self.unsafe and finding.applicability is not None)


class Format(Protocol):
    """Writes findings in their order, as they come."""

    def __call__(self, findings: Iterable[Finding], context: Context) -> Iterator[Styled]: ...
