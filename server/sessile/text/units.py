"""Counting a line in UTF-8 bytes, UTF-16 units and code points.

Lone surrogates are counted as what they would be in each encoding (three bytes, one unit), so that a text that no
encoder accepts still has well-defined positions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.text.position import Encoding


def bytes_before(line: str, characters: int) -> int:
    """The length in UTF-8 bytes of the first so many characters."""
    if line.isascii():
        return min(characters, len(line))
    return len(line[:characters].encode("utf-8", "surrogatepass"))


def units_before(line: str, characters: int, encoding: Encoding) -> int:
    """The length in units of `encoding` of the first so many characters."""
    if encoding == "utf-8":
        return bytes_before(line, characters)
    characters = min(characters, len(line))
    if encoding == "utf-32" or line.isascii():
        return characters
    return len(line[:characters].encode("utf-16-le", "surrogatepass")) // 2


def characters_before(line: str, units: int, encoding: Encoding) -> int:
    """How many whole characters fit into the first so many units; clamped to the line."""
    if encoding == "utf-32" or line.isascii():
        return min(max(units, 0), len(line))
    left = units
    for count, character in enumerate(line):
        left -= _width(ord(character), encoding)
        if left < 0:
            return count
    return len(line)


def _width(code: int, encoding: Encoding) -> int:
    if encoding == "utf-16":
        return 1 if code < 0x10000 else 2
    return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4
