"""`textDocument/hover`: what is known of the value under the cursor, and the page of the rule that speaks there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.convert import position_from_client, to_client
from sessile.lsp.pages import plain, rule_page
from sessile.lsp.route import Reading
from sessile.lsp.suppression_comments import code_at

if TYPE_CHECKING:
    from sessile.lsp.documents import Opened
    from sessile.lsp.snapshot import Snapshot
    from sessile.text import Position, Range


def hover(snapshot: Snapshot, params: types.HoverParams) -> types.Hover | None:
    """None where there is nothing to say."""
    opened = snapshot.opened(params.text_document.uri)
    lines, encoding = opened.document.lines, snapshot.client.encoding
    position = position_from_client(lines, params.position, encoding)
    said, where = _said(snapshot, opened, position)
    if not said:
        return None
    text = "\n\n---\n\n".join(said)
    kind = types.MarkupKind.Markdown if snapshot.client.markdown_hover else types.MarkupKind.PlainText
    content = types.MarkupContent(kind=kind, value=text if snapshot.client.markdown_hover else plain(text))
    return types.Hover(contents=content, range=to_client(lines, where, encoding) if where else None)


def _said(snapshot: Snapshot, opened: Opened, position: Position) -> tuple[list[str], Range | None]:
    """Paragraphs, and what they are about."""
    backend, document = snapshot.backend, opened.document
    if not opened.python:
        return [], None
    named = code_at(document, position)
    if named is not None:
        page = backend.rule(named.text.upper())
        return ([rule_page(page)] if page else []), named.range
    hint = backend.explain(document, position)
    found = [each for each in snapshot.diagnosed(opened).report.findings if _on(each.location.range, position)]
    pages = [page for code in dict.fromkeys(each.code for each in found) if (page := backend.rule(code))]
    said = [*([hint.text] if hint else []), *map(rule_page, pages)]
    return said, hint.range if hint and hint.range else (found[0].location.range if found else None)


def _on(range_: Range, position: Position) -> bool:
    """Whether the cursor, which may stand behind the last character, rests on a range."""
    return range_.start <= position <= range_.end


ROUTE = Reading(types.TEXT_DOCUMENT_HOVER, hover)
