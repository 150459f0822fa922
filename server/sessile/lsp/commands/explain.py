"""`sessile.explain`: what hover says of a place, for a command or a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.lsp.commands.applying import uri_in
from sessile.lsp.explanation import said_at
from sessile.lsp.wire.errors import InvalidParams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.state import State


async def run(state: State, arguments: Sequence[object]) -> str | None:
    """Takes the URI of an open document, a line and a character as in a position; gives Markdown, or null."""
    uri = uri_in(arguments, "sessile.explain")
    place = arguments[1:3]
    if len(place) != 2 or not all(isinstance(each, int) and not isinstance(each, bool) and each >= 0 for each in place):
        raise InvalidParams("sessile.explain takes a URI, a line and a character, both from 0.")
    snapshot = state.snapshot()
    opened = snapshot.opened(uri)
    line, character = (each for each in place if isinstance(each, int))
    position = opened.document.lines.from_column(line + 1, character, snapshot.client.encoding)
    said, _ = await snapshot.finish(lambda: said_at(snapshot, opened, position))
    return "\n\n---\n\n".join(said) or None
