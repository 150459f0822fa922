"""Edits as the protocol's workspace edits, in the form that the client understands.

The version of every open document goes along where the client can check it, so that an edit meets only the text that
it was computed for. A new file is created where the client can. The others open whatever they are told to edit, and a
path at which nothing lies is an empty buffer to them, so they get the text alone; it comes before what imports it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.convert import to_client
from sessile.lsp.documents import by_path
from sessile.lsp.uris import to_uri
from sessile.text import LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sessile.lsp.snapshot import Snapshot
    from sessile.rules.finding import FileEdit
    from sessile.text import Document

_WHOLE = types.Range(types.Position(0, 0), types.Position(1, 0))
"""All of a new file. Editors in which every line has an end hold one empty line then, and would keep it otherwise."""

Operation = types.CreateFile | types.TextDocumentEdit


def workspace_edit(snapshot: Snapshot, files: Sequence[FileEdit]) -> types.WorkspaceEdit | None:
    """All of the edits, or None if a file cannot be read."""
    steps = [_operations(snapshot, each) for each in sorted(files, key=lambda file: not file.creates)]
    if not all(steps):
        return None
    operations = [each for step in steps for each in step]
    if snapshot.client.document_changes or any(isinstance(each, types.CreateFile) for each in operations):
        return types.WorkspaceEdit(document_changes=operations)
    texts = (each for each in operations if isinstance(each, types.TextDocumentEdit))
    return types.WorkspaceEdit(changes={each.text_document.uri: _plain(each.edits) for each in texts})


def current_text(snapshot: Snapshot, path: str) -> Document | None:
    """A file as the client has it, or else as it is on the disk at this moment; None if it cannot be read."""
    opened = by_path(snapshot.documents, path)
    return opened.document if opened else snapshot.backend.read(path)


def _operations(snapshot: Snapshot, file: FileEdit) -> list[Operation]:
    """Nothing for a file that cannot be read."""
    opened = by_path(snapshot.documents, file.path)
    document = None if file.creates else current_text(snapshot, file.path)
    if document is None and not file.creates:
        return []
    lines = document.lines if document else LineIndex("")
    edits = [
        types.TextEdit(_WHOLE if file.creates else to_client(lines, each.range, snapshot.client.encoding), each.text)
        for each in file.edits
    ]
    uri = _uri(snapshot, file)
    version = opened.version if opened else None
    target = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version)
    change = types.TextDocumentEdit(text_document=target, edits=edits)
    if not file.creates or not snapshot.client.creates_files:
        return [change]
    return [types.CreateFile(uri=uri, options=types.CreateFileOptions(overwrite=False, ignore_if_exists=False)), change]


def _uri(snapshot: Snapshot, file: FileEdit) -> str:
    opened = by_path(snapshot.documents, file.path)
    return opened.uri if opened else to_uri(file.path)


def _plain(edits: Iterable[object]) -> list[types.TextEdit]:
    return [each for each in edits if isinstance(each, types.TextEdit)]
