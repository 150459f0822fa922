"""Turns the bytes of a file into text by Python's own rules (PEP 263), keeping its line endings.

See https://docs.python.org/3/reference/lexical_analysis.html#encoding-declarations.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"[ \t\f]*(?:#.*)?\Z")
_ENDING = re.compile(rb"\r\n|[\r\n]")
_OTHER_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


class UndecodableError(ValueError):
    """The bytes are no Python source; `reason` says why, in words for the user, `line` (from 1) where."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text without its byte order mark, and what turns a changed text back into bytes."""

    text: str
    encoding: str
    bom: bool

    def encode(self, text: str) -> bytes:
        """The bytes of another text for the same file; UnicodeEncodeError if its encoding cannot hold it."""
        return (codecs.BOM_UTF8 if self.bom else b"") + text.encode(self.encoding)


def read_source(data: bytes) -> Decoded:
    """The text of a Python file; raises UndecodableError."""
    bom = data.startswith(codecs.BOM_UTF8)
    if not bom:
        _refuse_other_marks(data)
    body = data[3:] if bom else data
    encoding = _encoding(body, bom)
    try:
        return Decoded(body.decode(encoding), encoding, bom)
    except UnicodeDecodeError as error:
        line = len(_ENDING.findall(body[: error.start])) + 1
        raise UndecodableError(
            f"line {line} holds the byte 0x{body[error.start]:02x}, which is not {encoding}: {error.reason}", line
        ) from error
    except ValueError as error:
        raise UndecodableError(f"the file does not decode as {encoding}: {error}") from error


def _refuse_other_marks(data: bytes) -> None:
    for mark, name in _OTHER_MARKS.items():
        if data.startswith(mark):
            raise UndecodableError(f"the file begins with a {name} byte order mark, and Python reads no {name} source")


def _encoding(body: bytes, bom: bool) -> str:
    line, cookie = _cookie(body)
    if cookie is None:
        return "utf-8"
    try:
        info = codecs.lookup(cookie)
        extends_ascii = b"#".decode(cookie) == "#"
    except LookupError as error:
        raise UndecodableError(
            f"line {line} declares the encoding {cookie!r}, which Python does not know", line
        ) from error
    except ValueError:
        extends_ascii = False
    if not extends_ascii:
        raise UndecodableError(f"line {line} declares {cookie!r}, an encoding that is no superset of ASCII", line)
    if bom and info.name != "utf-8":
        raise UndecodableError(f"line {line} declares {cookie!r}, and the byte order mark says UTF-8", line)
    return info.name


def _cookie(body: bytes) -> tuple[int, str | None]:
    """The declared encoding and its line; only the first two lines count, the second after a blank one or a comment."""
    start = 0
    for number in (1, 2):
        ending = _ENDING.search(body, start)
        line = body[start : ending.start() if ending else len(body)]
        match = _COOKIE.match(line)
        if match:
            return number, match[1].decode("ascii")
        if ending is None or not _BLANK.match(line):
            break
        start = ending.end()
    return 1, None
