"""Which files of a workspace mention a name: every file is read once, and nothing is parsed.

A million lines are some 40 MB, in which a name is found within 20 ms; what was found is remembered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.text import Document


@dataclass(slots=True)
class Texts:
    """The bytes of the files at `paths`, those included that cannot be decoded."""

    paths: Sequence[str]
    _read: dict[str, bytes] | None = None
    _found: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def mentioning(self, name: str) -> tuple[str, ...]:
        """The files in which a name stands as a word of its own, comments and strings included."""
        found = self._found.get(name)
        if found is None:
            word = name.encode()
            alone = re.compile(rb"(?<![\w\x80-\xff])" + re.escape(word) + rb"(?![\w\x80-\xff])")
            texts = self._texts().items()
            found = self._found[name] = tuple(path for path, data in texts if word in data and alone.search(data))
        return found

    def holding(self, part: str) -> list[str]:
        """The files in which a text stands anywhere."""
        return [path for path, data in self._texts().items() if part.encode() in data]

    def has(self, document: Document) -> bool:
        """Whether a document is what the disk has."""
        return self._texts().get(document.path) == document.text.encode("utf-8", "surrogatepass")

    def _texts(self) -> dict[str, bytes]:
        if self._read is None:
            self._read = {path: _data(path) for path in self.paths}
        return self._read


def mentions(document: Document, name: str) -> bool:
    """Whether a name stands in a text as a word of its own."""
    return name in document.text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", document.text) is not None


def _data(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
