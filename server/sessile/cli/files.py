"""The texts of files as they are analysed: those on disk, under those that fixes have made of them.

Nothing here writes. A file is read once and its bytes are kept as long as a change to it is not written, so that the
change is known to be against what was read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.project.failure import Failure, reason
from sessile.syntax import Decoded, UndecodableError, read_source
from sessile.text import Document

if TYPE_CHECKING:
    from collections.abc import Iterable

_REMEMBERED = 256


class FileError(Exception):
    """A file cannot be used."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.message)


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file as it was read."""

    data: bytes
    decoded: Decoded
    document: Document

    @property
    def exact(self) -> bool:
        """Whether its text can be turned back into the very same bytes."""
        return self.decoded.encode(self.decoded.text) == self.data


@dataclass(frozen=True, slots=True)
class Change:
    """The bytes that a file (absolute path) is to have, and had: None if it is to be created."""

    path: str
    before: bytes | None
    after: bytes


Pending = dict[str, "tuple[TextFile | None, Document]"]


@dataclass(slots=True)
class Files:
    """Reads files and remembers the latest; `changed` holds documents that are not written yet. `given` are the paths
    of what was not read from there."""

    given: set[str] = field(default_factory=set)
    _read: dict[str, TextFile] = field(default_factory=dict)
    _changed: Pending = field(default_factory=dict)

    def give(self, path: str, data: bytes) -> Document:
        """Take bytes for those of a file (absolute path) that need not exist.

        Raises:
            FileError: they are no text.
        """
        self._read[path] = _text_file(path, data)
        self.given.add(path)
        return self._read[path].document

    def document(self, path: str) -> Document:
        """The text of a file (absolute path).

        Raises:
            FileError: it cannot be read, or is no text.
        """
        return self._changed[path][1] if path in self._changed else self._original(path).document

    def find(self, path: str) -> Document | None:
        """The text of a file, or None if it is not to be had."""
        try:
            return self.document(path)
        except FileError:
            return None

    def change(self, documents: Iterable[Document]) -> bool:
        """Replace texts by those of these documents, or create them; all, or none and False.

        A text is refused if its file could not be written back byte for byte.
        """
        staged: Pending = {}
        for document in documents:
            original = self._changed[document.path][0] if document.path in self._changed else self._known(document.path)
            if original and not _can_hold(original, document.text):
                return False
            staged[document.path] = (original, document)
        self._changed.update(staged)
        return True

    def has(self, path: str) -> bool:
        """Whether there is a file, or will be."""
        return path in self._changed or path in self._read or os.path.lexists(path)

    def pending(self) -> Pending:
        """What is changed and not written, for `restore`."""
        return dict(self._changed)

    def restore(self, pending: Pending) -> None:
        """Go back to what was changed then."""
        self._changed = dict(pending)

    def changes(self) -> list[Change]:
        """What is not written yet, in order of path."""
        return [
            Change(path, None, document.text.encode("utf-8"))
            if original is None
            else Change(path, original.data, original.decoded.encode(document.text))
            for path, (original, document) in sorted(self._changed.items())
        ]

    def differences(self) -> list[tuple[str, str | None, str]]:
        """Path, old text (None if the file is to be created) and new text of what is not written yet, by path."""
        return [
            (path, original.document.text if original else None, document.text)
            for path, (original, document) in sorted(self._changed.items())
        ]

    def forget(self) -> None:
        """Forget all changes, which are written or given up: the files are read anew when they are next asked for."""
        for path in self._changed:
            self._read.pop(path, None)
        self._changed.clear()

    def _known(self, path: str) -> TextFile | None:
        try:
            return self._original(path)
        except FileError:
            return None

    def _original(self, path: str) -> TextFile:
        found = self._read.get(path)
        if found is None:
            found = read_file(path)
            while len(self._read) >= _REMEMBERED:
                del self._read[next(iter(self._read))]
            self._read[path] = found
        return found


def read_file(path: str) -> TextFile:
    """A file (absolute path) from the disk.

    Raises:
        FileError: it cannot be read, or is no text.
    """
    return _text_file(path, _bytes(path))


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise FileError(Failure(path, f"cannot be read: {reason(error)}")) from error


def _text_file(path: str, data: bytes) -> TextFile:
    if path.endswith(".ipynb"):
        raise FileError(Failure(path, "notebooks cannot be checked yet; check the modules that they import"))
    try:
        decoded = read_source(data)
    except UndecodableError as error:
        message = f"cannot be decoded: {error.reason}; save it as UTF-8 or declare its encoding"
        raise FileError(Failure(path, message)) from error
    return TextFile(data, decoded, Document(path, decoded.text))


def _can_hold(original: TextFile, text: str) -> bool:
    try:
        original.decoded.encode(text)
        return original.exact
    except UnicodeEncodeError:
        return False
