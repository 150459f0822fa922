"""Hover and completion in a configuration file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessile.lsp.settings_file.knowledge import key_page, value_page, words_at
from sessile.lsp.settings_file.place import Place, Role, place_at
from sessile.project.configuration import SHARED_FILE
from sessile.text import Range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.lsp.backend import Backend
    from sessile.text import Document, Position


@dataclass(frozen=True, slots=True)
class Word:
    """What may be written at a place: `text` instead of what is at `range`; `label` is what it is known by."""

    label: str
    text: str
    documentation: str
    range: Range


def said_of_setting(backend: Backend, document: Document, position: Position) -> tuple[str, Range] | None:
    """What is to be said of an option or its value, as Markdown; None outside of our table."""
    place, keys = _place(document, position)
    if place is None or keys is None or place.start == place.end:
        return None
    word = document.text[place.start : place.end]
    said = (
        value_page(keys, word, inside=place.inside, backend=backend)
        if place.role is Role.VALUE
        else key_page(keys, backend)
    )
    return (said, _range(document, place.start, place.end)) if said else None


def words_for_setting(backend: Backend, document: Document, position: Position) -> Iterator[Word]:
    """What may be written at a position; nothing outside of our table."""
    place, keys = _place(document, position)
    if place is None or keys is None or place.role is Role.HEADER:
        return
    offset = document.lines.offset(position)
    where = _range(document, place.start, offset if place.role is Role.VALUE else place.end)
    key = place.role is Role.KEY
    around = keys[:-1] if key and place.start < place.end else keys
    for word, documentation in words_at(around, key=key, inside=place.inside, backend=backend):
        yield Word(word, _written(word, place, around), documentation, where)


def _written(word: str, place: Place, around: tuple[str, ...]) -> str:
    if place.role is Role.KEY:
        return f"{word} = " if not around and not place.quoted else word
    return word if place.quoted or word in ("true", "false") else f'"{word}"'


def _place(document: Document, position: Position) -> tuple[Place | None, tuple[str, ...] | None]:
    """The place at a position, and the keys that lead there from our table; None for these outside of it."""
    place = place_at(document.text, document.lines.offset(position))
    prefix = ("tool", "sessile") if os.path.basename(document.path) == SHARED_FILE else ()
    if place is None or place.keys[: len(prefix)] != prefix:
        return place, None
    return place, place.keys[len(prefix) :]


def _range(document: Document, start: int, end: int) -> Range:
    return Range(document.lines.position(start), document.lines.position(end))
