"""`textDocument/didSave`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.configuration import reconfigure
from sessile.lsp.documents import find
from sessile.lsp.project_files import is_configuration
from sessile.lsp.route import Mutating

if TYPE_CHECKING:
    from sessile.lsp.state import State


def did_save(state: State, params: types.DidSaveTextDocumentParams) -> None:
    """Other files see what was saved at once. Clients without file watchers announce configuration in this way too."""
    opened = find(state.documents.opened, params.text_document.uri)
    if is_configuration(opened.document.path):
        reconfigure(state)
    elif opened.python:
        state.diagnosis.saved(opened.document.path)


ROUTE = Mutating(types.TEXT_DOCUMENT_DID_SAVE, did_save)
