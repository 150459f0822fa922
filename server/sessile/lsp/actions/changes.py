"""Edits as the protocol's workspace edits, in the form that the client understands.

The version of every open document goes along where the client can check it, so that an edit meets only the text that
it was computed for.
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

    from sessile.lsp.capabilities import Client
    from sessile.lsp.snapshot import Snapshot
    from sessile.rules.finding import FileEdit
    from sessile.text import Document

Operation = types.CreateFile | types.TextDocumentEdit


def workspace_edit(snapshot: Snapshot, files: Sequence[FileEdit]) -> types.WorkspaceEdit | None:
    """All of the edits, or None if this client cannot make them or a file cannot be read."""
    steps = [_operations(snapshot, each) for each in files]
    if not all(steps) or not possible(files, snapshot.client):
        return None
    operations = [each for step in steps for each in step]
    if snapshot.client.document_changes or any(each.creates for each in files):
        return types.WorkspaceEdit(document_changes=operations)
    texts = (each for each in operations if isinstance(each, types.TextDocumentEdit))
    return types.WorkspaceEdit(changes={each.text_document.uri: _plain(each.edits) for each in texts})


def current_text(snapshot: Snapshot, path: str) -> Document | None:
    """A file as the client has it, or else as it is on the disk at this moment; None if it cannot be read."""
    opened = by_path(snapshot.documents, path)
    return opened.document if opened else snapshot.backend.read(path)


def possible(files: Iterable[FileEdit], client: Client) -> bool:
    """Whether the client can make such edits at all."""
    return client.creates_files or not any(each.creates for each in files)


def _operations(snapshot: Snapshot, file: FileEdit) -> list[Operation]:
    """Nothing for a file that cannot be read."""
    opened = by_path(snapshot.documents, file.path)
    document = None if file.creates else current_text(snapshot, file.path)
    if document is None and not file.creates:
        return []
    lines = document.lines if document else LineIndex("")
    edits = [types.TextEdit(to_client(lines, each.range, snapshot.client.encoding), each.text) for each in file.edits]
    uri = _uri(snapshot, file)
    version = opened.version if opened else None
    target = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version)
    change = types.TextDocumentEdit(text_document=target, edits=edits)
    if not file.creates:
        return [change]
    return [types.CreateFile(uri=uri, options=types.CreateFileOptions(overwrite=False, ignore_if_exists=False)), change]


def _uri(snapshot: Snapshot, file: FileEdit) -> str:
    opened = by_path(snapshot.documents, file.path)
    return opened.uri if opened else to_uri(file.path)


def _plain(edits: Iterable[object]) -> list[types.TextEdit]:
    return [each for each in edits if isinstance(each, types.TextEdit)]
