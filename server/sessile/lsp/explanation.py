"""What there is to say of a place: what is known of the value there, and the pages of the rules that speak there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.lsp.backend import Hint
from sessile.lsp.pages import rule_page
from sessile.lsp.suppression_comments import code_at

if TYPE_CHECKING:
    from sessile.lsp.backend import Backend
    from sessile.lsp.documents import Opened
    from sessile.lsp.snapshot import Snapshot
    from sessile.text import Position, Range


def said_at(snapshot: Snapshot, opened: Opened, position: Position) -> tuple[list[str], Range | None]:
    """Paragraphs of Markdown on a position, and what they are about."""
    backend = snapshot.backend
    if opened.configuration:
        from sessile.lsp.settings_file.asking import said_of_setting

        setting = said_of_setting(backend, opened.document, position)
        return ([setting[0]], setting[1]) if setting else ([], None)
    if not opened.python:
        return [], None
    named = code_at(opened.code, position)
    if named is not None:
        page = backend.rule(named.text.upper())
        return ([rule_page(page)] if page else []), named.range
    hint = _hint(backend, opened, position)
    found = [each for each in snapshot.diagnosed(opened).report.findings if _on(each.location.range, position)]
    pages = [page for code in dict.fromkeys(each.code for each in found) if (page := backend.rule(code))]
    said = [*([hint.text] if hint else []), *map(rule_page, pages)]
    return said, hint.range if hint and hint.range else (found[0].location.range if found else None)


def _hint(backend: Backend, opened: Opened, position: Position) -> Hint | None:
    part = opened.part
    if part is None:
        return backend.explain(opened.document, position)
    hint = backend.explain(part.module, part.asked(position))
    return Hint(hint.text, part.own.place(hint.range) if hint.range else None) if hint else None


def _on(range_: Range, position: Position) -> bool:
    """Whether the cursor, which may stand behind the last character, rests on a range."""
    return range_.start <= position <= range_.end
