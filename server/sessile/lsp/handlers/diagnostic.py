"""`textDocument/diagnostic`: diagnostics for clients that pull."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.route import Reading
from sessile.lsp.wire.peer import Ready

if TYPE_CHECKING:
    from sessile.lsp.snapshot import Snapshot


def diagnostic(snapshot: Snapshot, params: types.DocumentDiagnosticParams) -> Ready:
    """All diagnostics of the document's newest text, or that they are the ones that the client has."""
    found = snapshot.diagnosed(snapshot.opened(params.text_document.uri))
    if params.previous_result_id == found.result_id:
        return Ready({"kind": "unchanged", "resultId": found.result_id})
    return Ready({"kind": "full", "resultId": found.result_id, "items": found.diagnostics})


ROUTE = Reading(types.TEXT_DOCUMENT_DIAGNOSTIC, diagnostic, newest=True)
