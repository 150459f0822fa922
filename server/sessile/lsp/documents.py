"""The open documents, exactly as the client has them.

They are ours and not pygls', whose store splits lines at form feeds, NEL and U+2028 and so corrupts a text with the
first edit after one. Documents are immutable and so is the mapping of all of them: whoever holds one holds a snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol import types

from sessile.lsp.convert import in_their_units
from sessile.lsp.notebooks.store import Notebook, arranged
from sessile.lsp.project_files import is_configuration
from sessile.lsp.uris import to_path
from sessile.lsp.wire.errors import InvalidParams
from sessile.text import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sessile.lsp.notebooks.part import Part
    from sessile.text import Encoding, Range

Change = types.TextDocumentContentChangePartial | types.TextDocumentContentChangeWholeDocument


@dataclass(frozen=True, slots=True)
class Opened:
    """A document of the client. `local` says whether its path means anything, `language` is the client's word; `part`
    is what a notebook's cell is of its notebook."""

    uri: str
    language: str
    document: Document
    local: bool
    part: Part | None = None

    @property
    def python(self) -> bool:
        """Whether it is ours to analyse."""
        return self.local and (self.language == "python" or self.document.path.endswith((".py", ".pyi")))

    @property
    def configuration(self) -> bool:
        """Whether settings may come from it."""
        return self.local and is_configuration(self.document.path)

    @property
    def analysed(self) -> Document:
        """What is analysed for it: itself, or all cells of its notebook."""
        return self.part.module if self.part else self.document

    @property
    def code(self) -> Document:
        """Its text as far as it is Python, at the same places."""
        return self.part.own.code if self.part else self.document

    @property
    def version(self) -> int | None:
        return self.document.version


class NotebookChange(NamedTuple):
    """All cells of a notebook after a change, the URIs of those that are new or edited, and those that are gone."""

    cells: Sequence[Opened]
    edited: frozenset[str]
    gone: Sequence[Opened]


class Documents:
    """Changed by notifications only."""

    def __init__(self) -> None:
        self.opened: Mapping[str, Opened] = MappingProxyType({})
        self.notebooks: dict[str, Notebook] = {}

    def open(self, item: types.TextDocumentItem, root: str | None) -> Opened:
        """Start with this text, whatever was known of the document."""
        path = to_path(item.uri, root)
        document = Document(path or item.uri, item.text, item.version)
        return self._put(Opened(item.uri, item.language_id, document, path is not None))

    def change(self, uri: str, version: int | None, changes: Sequence[Change], encoding: Encoding) -> Opened:
        """Apply changes in order, each to the text that the one before left; InvalidParams if it is not open."""
        before = find(self.opened, uri)
        edits = [(_place(each), each.text) for each in changes]
        document = before.document.changed_in(encoding, edits, version)
        return self._put(replace(before, document=document))

    def close(self, uri: str) -> Opened:
        """Forget a document; InvalidParams if it is not open."""
        gone = find(self.opened, uri)
        self.opened = MappingProxyType({key: each for key, each in self.opened.items() if key != uri})
        return gone

    def open_notebook(self, params: types.DidOpenNotebookDocumentParams, root: str | None) -> Sequence[Opened]:
        """Start with these cells; the cells."""
        given = params.notebook_document
        path = to_path(given.uri, root)
        self.notebooks[given.uri] = Notebook(given.uri, path, tuple(each.document for each in given.cells))
        self._add_cells(given.uri, params.cell_text_documents)
        return self._arrange(given.uri)

    def change_notebook(self, params: types.DidChangeNotebookDocumentParams, encoding: Encoding) -> NotebookChange:
        """Follow what happened to a notebook's cells; InvalidParams if it or one of them is not open."""
        uri = params.notebook_document.uri
        before = self._notebook(uri)
        cells = params.change.cells or types.NotebookDocumentCellChanges()
        edited: set[str] = set()
        gone: list[Opened] = []
        if cells.structure:
            array = cells.structure.array
            kept = list(before.cells)
            kept[array.start : array.start + array.delete_count] = [each.document for each in array.cells or ()]
            self.notebooks[uri] = replace(before, cells=tuple(kept))
            gone = [self.close(each.uri) for each in cells.structure.did_close or () if each.uri in self.opened]
            edited |= self._add_cells(uri, cells.structure.did_open or ())
        for each in cells.text_content or ():
            self.change(each.document.uri, each.document.version, each.changes, encoding)
            edited.add(each.document.uri)
        return NotebookChange(self._arrange(uri), frozenset(edited), gone)

    def close_notebook(self, uri: str) -> Sequence[Opened]:
        """Forget a notebook; the cells that it had."""
        gone = self._notebook(uri)
        del self.notebooks[uri]
        return [self.close(each) for each in gone.cells if each in self.opened]

    def _notebook(self, uri: str) -> Notebook:
        if uri not in self.notebooks:
            raise InvalidParams(f"The notebook {uri} is not open.")
        return self.notebooks[uri]

    def _add_cells(self, uri: str, items: Iterable[types.TextDocumentItem]) -> set[str]:
        notebook = self.notebooks[uri]
        for item in items:
            document = Document(notebook.cell_path(item.uri), item.text, item.version)
            self._put(Opened(item.uri, item.language_id, document, False))
        return {item.uri for item in items}

    def _arrange(self, uri: str) -> Sequence[Opened]:
        cells = [self.opened[each] for each in self.notebooks[uri].cells if each in self.opened]
        return [self._put(each) for each in arranged(self.notebooks[uri], cells)]

    def _put(self, opened: Opened) -> Opened:
        self.opened = MappingProxyType({**self.opened, opened.uri: opened})
        return opened


def _place(change: Change) -> Range | None:
    """Where a change applies; None for the whole text."""
    return in_their_units(change.range) if isinstance(change, types.TextDocumentContentChangePartial) else None


def find(opened: Mapping[str, Opened], uri: str) -> Opened:
    """An open document by its URI; InvalidParams if it is not open."""
    try:
        return opened[uri]
    except KeyError:
        raise InvalidParams(f"The document {uri} is not open.") from None


def by_path(opened: Mapping[str, Opened], path: str) -> Opened | None:
    """The open document of a file."""
    return next((each for each in opened.values() if each.local and each.document.path == path), None)
