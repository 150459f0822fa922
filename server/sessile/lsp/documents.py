"""The open documents, exactly as the client has them.

They are ours and not pygls', whose store splits lines at form feeds, NEL and U+2028 and so corrupts a text with the
first edit after one. Documents are immutable and so is the mapping of all of them: whoever holds one holds a snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.convert import in_their_units
from sessile.lsp.uris import to_path
from sessile.lsp.wire.errors import InvalidParams
from sessile.text import Document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sessile.text import Encoding, Range

Change = types.TextDocumentContentChangePartial | types.TextDocumentContentChangeWholeDocument


@dataclass(frozen=True, slots=True)
class Opened:
    """A document of the client. `local` says whether its path means anything, `language` is the client's word."""

    uri: str
    language: str
    document: Document
    local: bool

    @property
    def python(self) -> bool:
        """Whether it is ours to analyse."""
        return self.local and (self.language == "python" or self.document.path.endswith((".py", ".pyi")))

    @property
    def version(self) -> int | None:
        return self.document.version


class Documents:
    """Changed by notifications only."""

    def __init__(self) -> None:
        self.opened: Mapping[str, Opened] = MappingProxyType({})

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
        return self._put(Opened(uri, before.language, document, before.local))

    def close(self, uri: str) -> Opened:
        """Forget a document; InvalidParams if it is not open."""
        gone = find(self.opened, uri)
        self.opened = MappingProxyType({key: each for key, each in self.opened.items() if key != uri})
        return gone

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
