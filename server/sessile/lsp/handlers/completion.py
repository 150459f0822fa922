"""`textDocument/completion`: the codes of rules inside `# sessile: ignore[...]`, those reported there first;
options and their values in a configuration file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.convert import position_from_client, to_client
from sessile.lsp.pages import plain
from sessile.lsp.route import Reading
from sessile.lsp.suppression_comments import prefix_at

if TYPE_CHECKING:
    from sessile.lsp.backend import RulePage
    from sessile.lsp.documents import Opened
    from sessile.lsp.settings_file.asking import Word
    from sessile.lsp.snapshot import Snapshot


def completion(snapshot: Snapshot, params: types.CompletionParams) -> list[types.CompletionItem] | None:
    """None outside of suppressions."""
    opened = snapshot.opened(params.text_document.uri)
    lines, encoding = opened.document.lines, snapshot.client.encoding
    position = position_from_client(lines, params.position, encoding)
    if opened.configuration:
        from sessile.lsp.settings_file.asking import words_for_setting

        words = words_for_setting(snapshot.backend, opened.document, position)
        return [_word(snapshot, opened, each) for each in words] or None
    typed = prefix_at(opened.code, position) if opened.python else None
    if typed is None:
        return None
    findings = snapshot.diagnosed(opened).report.findings
    reported = {each.code for each in findings if each.statement.start.line <= position.line <= each.statement.end.line}
    pages = filter(None, map(snapshot.backend.rule, snapshot.backend.codes()))
    where = to_client(lines, typed, encoding)
    return [_item(page, page.code in reported, where, snapshot.client.markdown_completion) for page in pages]


def _word(snapshot: Snapshot, opened: Opened, word: Word) -> types.CompletionItem:
    markdown = snapshot.client.markdown_completion
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    said = word.documentation if markdown else plain(word.documentation)
    where = to_client(opened.document.lines, word.range, snapshot.client.encoding)
    return types.CompletionItem(
        label=word.label,
        kind=types.CompletionItemKind.Property if word.text.endswith("= ") else types.CompletionItemKind.Value,
        documentation=types.MarkupContent(kind=kind, value=said) if said else None,
        text_edit=types.TextEdit(range=where, new_text=word.text),
    )


def _item(page: RulePage, reported: bool, where: types.Range, markdown: bool) -> types.CompletionItem:
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.CompletionItem(
        label=page.code,
        kind=types.CompletionItemKind.EnumMember,
        detail=page.name,
        documentation=types.MarkupContent(kind=kind, value=page.summary if markdown else plain(page.summary)),
        sort_text=f"{0 if reported else 1}{page.code}",
        preselect=reported or None,
        text_edit=types.TextEdit(range=where, new_text=page.code),
    )


ROUTE = Reading(types.TEXT_DOCUMENT_COMPLETION, completion)
