"""`textDocument/inlayHint`: what becomes of objects and sessions, behind the lines where it happens.

Only for those who asked for it by the option `inlayHints`. A tooltip is the text that hover shows; it comes at once,
since it costs next to nothing beside the analysis that found the hint.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.convert import from_client, to_client
from sessile.lsp.pages import plain
from sessile.lsp.route import Reading
from sessile.text import Range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.lsp.documents import Opened
    from sessile.lsp.snapshot import Snapshot
    from sessile.rules.hint import Part, StateHint

BETWEEN = " · "


def inlay_hint(snapshot: Snapshot, params: types.InlayHintParams) -> list[types.InlayHint]:
    """The hints within the range that is asked for."""
    opened = snapshot.opened(params.text_document.uri)
    options = snapshot.options
    if not (opened.python and options.enable and options.inlay_hints):
        return []
    place = from_client(opened.document.lines, params.range, snapshot.client.encoding)
    return [_hint(snapshot, opened, each) for each in _found(snapshot, opened, place)]


def _found(snapshot: Snapshot, opened: Opened, place: Range) -> Iterator[StateHint]:
    """The hints of a document; of a notebook's cell those that are in it."""
    part = opened.part
    if part is None:
        yield from snapshot.backend.hints(opened.document, place)
        return
    for each in snapshot.backend.hints(part.module, Range(part.asked(place.start), part.asked(place.end))):
        here = part.own.place(Range(each.position, each.position))
        if here is not None:
            yield replace(each, position=here.start)


def _hint(snapshot: Snapshot, opened: Opened, hint: StateHint) -> types.InlayHint:
    """One that leads to the cause where the client follows links, and else plain text."""
    client = snapshot.client
    where = to_client(opened.document.lines, Range(hint.position, hint.position), client.encoding).start
    label: str | list[types.InlayHintLabelPart]
    if client.hints_link:
        label = [_part(snapshot, opened, each, first=number == 0) for number, each in enumerate(hint.parts)]
        if hint.moment:
            label.insert(0, types.InlayHintLabelPart(hint.moment + BETWEEN))
        return types.InlayHint(where, label, padding_left=True)
    label = BETWEEN.join([*filter(None, (hint.moment,)), *(each.text for each in hint.parts)])
    stories = "\n\n".join(each.tooltip for each in hint.parts)
    return types.InlayHint(where, label, padding_left=True, tooltip=_shown(snapshot, stories))


def _part(snapshot: Snapshot, opened: Opened, part: Part, *, first: bool) -> types.InlayHintLabelPart:
    cause = opened.part.located(part.cause) if opened.part and part.cause else part.cause
    place = snapshot.desk.located(cause, snapshot.documents, snapshot.client) if cause else None
    location = None
    if place is not None:
        start, end = (types.Position(**place["range"][each]) for each in ("start", "end"))
        location = types.Location(place["uri"], types.Range(start, end))
    value = part.text if first else BETWEEN + part.text
    return types.InlayHintLabelPart(value, tooltip=_shown(snapshot, part.tooltip), location=location)


def _shown(snapshot: Snapshot, markdown: str) -> types.MarkupContent:
    """Clients that show Markdown where somebody hovers do so here."""
    if snapshot.client.markdown_hover:
        return types.MarkupContent(types.MarkupKind.Markdown, markdown)
    return types.MarkupContent(types.MarkupKind.PlainText, plain(markdown))


ROUTE = Reading(types.TEXT_DOCUMENT_INLAY_HINT, inlay_hint)
