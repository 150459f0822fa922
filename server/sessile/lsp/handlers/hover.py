"""`textDocument/hover`: what is known of the value under the cursor, and the page of the rule that speaks there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.convert import position_from_client, to_client
from sessile.lsp.explanation import said_at
from sessile.lsp.pages import plain
from sessile.lsp.route import Reading

if TYPE_CHECKING:
    from sessile.lsp.snapshot import Snapshot


def hover(snapshot: Snapshot, params: types.HoverParams) -> types.Hover | None:
    """None where there is nothing to say."""
    opened = snapshot.opened(params.text_document.uri)
    lines, encoding = opened.document.lines, snapshot.client.encoding
    position = position_from_client(lines, params.position, encoding)
    said, where = said_at(snapshot, opened, position)
    if not said:
        return None
    text = "\n\n---\n\n".join(said)
    kind = types.MarkupKind.Markdown if snapshot.client.markdown_hover else types.MarkupKind.PlainText
    content = types.MarkupContent(kind=kind, value=text if snapshot.client.markdown_hover else plain(text))
    return types.Hover(contents=content, range=to_client(lines, where, encoding) if where else None)


ROUTE = Reading(types.TEXT_DOCUMENT_HOVER, hover)
