"""The open notebooks: which cells they have, in which order, and what their cells are as parts of one module."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sessile.lsp.notebooks.magics import python_of
from sessile.lsp.notebooks.part import Part, Span, joined
from sessile.text import Document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessile.lsp.documents import Opened


@dataclass(frozen=True, slots=True)
class Notebook:
    """`path` is None if its URI means no place; `cells` are the URIs of all cells in order."""

    uri: str
    path: str | None
    cells: tuple[str, ...]

    def cell_path(self, uri: str) -> str:
        """A path for a cell, which no file has."""
        return f"{self.path or self.uri}#{uri}"


def arranged(notebook: Notebook, cells: Iterable[Opened]) -> list[Opened]:
    """The cells with the parts that they are; what is not Python is not ours."""
    spans: dict[str, Span] = {}
    given = list(cells)
    for cell in given:
        python = python_of(cell.document.text) if cell.language == "python" and notebook.path else None
        if python is None:
            continue
        code = Document(cell.document.path, python.text, cell.version)
        spans[cell.uri] = Span(0, code, python.taken, python.head)
    module, placed = joined(notebook.path or notebook.uri, spans.values())
    parts = {uri: Part(module, placed, span) for uri, span in zip(spans, placed, strict=True)}
    return [replace(each, part=parts.get(each.uri), local=each.uri in parts) for each in given]
