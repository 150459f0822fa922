"""Standard output and error: any text can be written to them, in colours where somebody sees them."""

from __future__ import annotations

import codecs
import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from sessile.output.styled import Styled, coloured
from sessile.output.visible import relative, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessile.project.failure import Failure

COLOR_CHOICES = ("auto", "always", "never")
_ANY_TEXT = "sessile-any-text"


@dataclass(slots=True)
class Terminal:
    """Where a command speaks. `colours` is for standard output; messages about failures have none."""

    out: TextIO
    err: TextIO
    directory: str
    colours: bool = False
    failed: bool = False
    _said: set[Failure] = field(default_factory=set)

    def write(self, pieces: Iterable[Styled]) -> None:
        """Write styled text, as it comes if it comes slowly."""
        for piece in pieces:
            self.out.write(coloured([piece]) if self.colours and piece.style else piece.text)

    def say(self, text: str) -> None:
        """Write a text to standard output."""
        self.out.write(text)

    def say_bytes(self, data: bytes) -> None:
        """Write bytes to standard output as they are."""
        self.out.flush()
        self.out.buffer.write(data)
        self.out.buffer.flush()

    def shown(self, path: str) -> str:
        """An absolute path as people know it: relative if it is below the directory."""
        return relative(path, self.directory)

    def note(self, text: str) -> None:
        """Write a line to standard error, after all that was said before."""
        self.out.flush()
        self.err.write(visible(text) + "\n")
        self.err.flush()

    def fail(self, failure: Failure) -> None:
        """Say, once, what could not be done; the command then ends with 2."""
        if failure in self._said:
            return
        self._said.add(failure)
        self.failed = True
        self.note(f"error: {self.shown(failure.path)}:{f'{failure.line}:' if failure.line else ''} {failure.message}")

    def refuse(self, message: str) -> None:
        """Say why the command itself cannot do its job; it then ends with 2."""
        self.failed = True
        self.note(f"error: {message}")


def open_terminal() -> Terminal:
    """The terminal of this process; a closed stream takes everything and shows nothing."""
    codecs.register_error(_ANY_TEXT, _any_text)
    return Terminal(_stream(sys.stdout), _stream(sys.stderr), _working_directory())


def _working_directory() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:  # it was removed; absolute paths still work
        return os.sep


def wants_colours(choice: str, stream: TextIO) -> bool:
    """Whether to write colours: as asked for, or else where a person looks and has not said otherwise.

    See https://no-color.org and https://force-color.org.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb" and not _is_old_windows()


def _stream(stream: TextIO | None) -> TextIO:
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(errors=_ANY_TEXT)
    return stream


def _any_text(error: UnicodeError) -> tuple[str | bytes, int]:
    """Bytes that a file name could not be decoded from go out as they were, other characters as escapes."""
    assert isinstance(error, UnicodeEncodeError)
    character = error.object[error.start]
    if "\udc80" <= character <= "\udcff":
        return bytes([ord(character) - 0xDC00]), error.start + 1
    return character.encode("ascii", "backslashreplace"), error.start + 1


def _is_old_windows() -> bool:
    if os.name != "nt":
        return False
    from rich.console import detect_legacy_windows

    return detect_legacy_windows()
