"""`notebookDocument/didClose`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.route import Mutating

if TYPE_CHECKING:
    from sessile.lsp.state import State


def notebook_did_close(state: State, params: types.DidCloseNotebookDocumentParams) -> None:
    """The client shows nothing of the cells any more."""
    for gone in state.documents.close_notebook(params.notebook_document.uri):
        state.desk.forget(gone.uri)
        state.diagnosis.closed(gone)


ROUTE = Mutating(types.NOTEBOOK_DOCUMENT_DID_CLOSE, notebook_did_close)
