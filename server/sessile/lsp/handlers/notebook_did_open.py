"""`notebookDocument/didOpen`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.route import Mutating

if TYPE_CHECKING:
    from sessile.lsp.state import State


def notebook_did_open(state: State, params: types.DidOpenNotebookDocumentParams) -> None:
    """The client owns these cells from now on."""
    state.diagnosis.edited(*reversed(state.documents.open_notebook(params, state.root)))


ROUTE = Mutating(types.NOTEBOOK_DOCUMENT_DID_OPEN, notebook_did_open)
