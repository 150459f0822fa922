"""`textDocument/didSave`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.configuration import reconfigure
from sessile.lsp.documents import find
from sessile.lsp.route import Mutating

if TYPE_CHECKING:
    from sessile.lsp.state import State


def did_save(state: State, params: types.DidSaveTextDocumentParams) -> None:
    """Other files see what was saved at once. And the configuration is read again: many editors watch no files, or tell
    only of those that they wrote themselves."""
    opened = find(state.documents.opened, params.text_document.uri)
    reconfigure(state)
    if opened.python:
        state.diagnosis.saved(opened.document.path)


ROUTE = Mutating(types.TEXT_DOCUMENT_DID_SAVE, did_save)
