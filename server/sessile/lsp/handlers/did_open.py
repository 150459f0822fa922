"""`textDocument/didOpen`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.configuration import tell_problems
from sessile.lsp.route import Mutating

if TYPE_CHECKING:
    from sessile.lsp.state import State


def did_open(state: State, params: types.DidOpenTextDocumentParams) -> None:
    """The client owns this text from now on."""
    opened = state.documents.open(params.text_document, state.root)
    if opened.configuration:
        tell_problems(state)
    else:
        state.diagnosis.edited(opened)


ROUTE = Mutating(types.TEXT_DOCUMENT_DID_OPEN, did_open)
