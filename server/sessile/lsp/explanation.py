"""What there is to say of a place: what is known of the value there, and the pages of the rules that speak there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.lsp.pages import rule_page
from sessile.lsp.suppression_comments import code_at

if TYPE_CHECKING:
    from sessile.lsp.documents import Opened
    from sessile.lsp.snapshot import Snapshot
    from sessile.text import Position, Range


def said_at(snapshot: Snapshot, opened: Opened, position: Position) -> tuple[list[str], Range | None]:
    """Paragraphs of Markdown on a position, and what they are about."""
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
