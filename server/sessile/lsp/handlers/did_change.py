"""`textDocument/didChange`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.configuration import tell_problems
from sessile.lsp.route import Mutating

if TYPE_CHECKING:
    from sessile.lsp.state import State


def did_change(state: State, params: types.DidChangeTextDocumentParams) -> None:
    """Follow the client's edits; they are diagnosed once all that are queued have been followed."""
    document = params.text_document
    changes, encoding = params.content_changes, state.client.encoding
    opened = state.documents.change(document.uri, document.version, changes, encoding)
    if opened.configuration:
        tell_problems(state)
    else:
        state.diagnosis.edited(opened)


ROUTE = Mutating(types.TEXT_DOCUMENT_DID_CHANGE, did_change)
