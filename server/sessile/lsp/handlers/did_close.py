"""`textDocument/didClose`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.configuration import tell_problems
from sessile.lsp.route import Mutating

if TYPE_CHECKING:
    from sessile.lsp.state import State


def did_close(state: State, params: types.DidCloseTextDocumentParams) -> None:
    """The disk owns the text again, and the client shows nothing of it."""
    gone = state.documents.close(params.text_document.uri)
    state.desk.forget(gone.uri)
    if gone.configuration:
        tell_problems(state)
    state.diagnosis.closed(gone)


ROUTE = Mutating(types.TEXT_DOCUMENT_DID_CLOSE, did_close)
