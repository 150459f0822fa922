"""How text and paths are shown to people."""

from __future__ import annotations

import os

_HARMLESS = "\t\xa0\u3000\u200c\u200d"


def relative(path: str, directory: str) -> str:
    """An absolute path as people know it: relative if it is below the directory."""
    inside = path.startswith(directory.rstrip(os.sep) + os.sep)
    return os.path.relpath(path, directory) if inside else path


def visible(text: str) -> str:
    """A text in which nothing can end the line, move the cursor or turn the direction of writing."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character.isprintable() or character in _HARMLESS or "\udc80" <= character <= "\udcff":
        return character
    if character < " ":
        return chr(0x2400 + ord(character))
    return "\u2421" if character == "\x7f" else "\ufffd"
