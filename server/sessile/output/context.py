"""What a format may ask for besides the findings, and how it shows places."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sessile.rules.finding import Applicability

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sessile.output.styled import Styled
    from sessile.rules.finding import Finding, Fix
    from sessile.text import Document, Position


_HARMLESS = "\t\xa0\u3000\u200c\u200d"


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
        inside = path.startswith(self.directory.rstrip(os.sep) + os.sep)
        return visible(os.path.relpath(path, self.directory) if inside else path)

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


def visible(text: str) -> str:
    """A text in which nothing can end the line, move the cursor or turn the direction of writing."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character.isprintable() or character in _HARMLESS or "\udc80" <= character <= "\udcff":
        return character
    if character < " ":
        return chr(0x2400 + ord(character))
    return "\u2421" if character == "\x7f" else "\ufffd"
