"""`textDocument/diagnostic`: diagnostics for clients that pull."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.route import Reading

if TYPE_CHECKING:
    from sessile.lsp.snapshot import Snapshot

Answer = types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport


def diagnostic(snapshot: Snapshot, params: types.DocumentDiagnosticParams) -> Answer:
    """All diagnostics of the document's newest text, or that they are the ones that the client has."""
    found = snapshot.diagnosed(snapshot.opened(params.text_document.uri))
    if params.previous_result_id == found.result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id=found.result_id)
    return types.RelatedFullDocumentDiagnosticReport(items=list(found.diagnostics), result_id=found.result_id)


ROUTE = Reading(types.TEXT_DOCUMENT_DIAGNOSTIC, diagnostic, newest=True)
