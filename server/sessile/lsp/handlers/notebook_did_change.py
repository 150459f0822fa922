"""`notebookDocument/didChange`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.route import Mutating

if TYPE_CHECKING:
    from sessile.lsp.state import State


def notebook_did_change(state: State, params: types.DidChangeNotebookDocumentParams) -> None:
    """Follow the client's edits. The cells around are told only what is different for them."""
    change = state.documents.change_notebook(params, state.client.encoding)
    for gone in change.gone:
        state.desk.forget(gone.uri)
        state.diagnosis.closed(gone)
    state.diagnosis.moved(each for each in change.cells if each.uri not in change.edited)
    state.diagnosis.edited(*(each for each in change.cells if each.uri in change.edited))


ROUTE = Mutating(types.NOTEBOOK_DOCUMENT_DID_CHANGE, notebook_did_change)
