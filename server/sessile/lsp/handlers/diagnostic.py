"""`textDocument/diagnostic`: diagnostics for clients that pull."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.configuration import configuration_diagnostics
from sessile.lsp.diagnostics import result_id
from sessile.lsp.route import Reading
from sessile.lsp.wire.peer import Ready

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.shapes import JsonDiagnostic
    from sessile.lsp.snapshot import Snapshot


def diagnostic(snapshot: Snapshot, params: types.DocumentDiagnosticParams) -> Ready:
    """All diagnostics of the document's newest text, or that they are the ones that the client has.

    A client that can be asked to pull again need not wait until they are complete."""
    opened = snapshot.opened(params.text_document.uri)
    if opened.configuration:
        items = configuration_diagnostics(snapshot, opened)
        return _answer(items, result_id(items), params.previous_result_id)
    client = snapshot.client
    found = snapshot.desk.tell(opened, snapshot.documents, client, hurried=client.refreshes_diagnostics)
    return _answer(found.diagnostics, found.result_id, params.previous_result_id)


def _answer(items: Sequence[JsonDiagnostic], number: str, before: str | None) -> Ready:
    if before == number:
        return Ready({"kind": "unchanged", "resultId": number})
    return Ready({"kind": "full", "resultId": number, "items": items})


ROUTE = Reading(types.TEXT_DOCUMENT_DIAGNOSTIC, diagnostic, newest=True)
