"""What git would leave out: `.gitignore` in a directory and in those above it, and the repository's own list.

An ignore file that cannot be read says nothing, as for git.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sessile.project.patterns import Patterns, is_below

if TYPE_CHECKING:
    from collections.abc import Iterable

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def ignored(ignores: Iterable[Patterns], path: str, *, directory: bool = False) -> bool:
    """Whether git would leave out an absolute path: of several ignore files, nearest first, the first that speaks of
    it decides."""
    verdicts = (each.verdict(path, directory=directory) for each in ignores)
    return next((verdict for verdict in verdicts if verdict is not None), False)


def ignores_above(directory: str, root: str) -> tuple[Patterns, ...]:
    """The ignore files from a directory up to the top of its repository, or, where it is in none, up to `root`."""
    found: list[Patterns | None] = []
    current = directory
    while True:
        found.append(ignore_file(current))
        if os.path.exists(os.path.join(current, ".git")):
            found.append(ignore_file(current, os.path.join(".git", "info", "exclude")))
            return tuple(each for each in found if each)
        above = os.path.dirname(current)
        if above == current:
            return tuple(each for each in found if each and (each.base == directory or is_below(each.base, root)))
        current = above


def ignore_file(directory: str, name: str = ".gitignore") -> Patterns | None:
    """The patterns of an ignore file, relative to its directory; None if there are none."""
    try:
        with open(os.path.join(directory, name), "rb") as file:
            text = os.fsdecode(file.read().removeprefix(_BYTE_ORDER_MARK))
    except OSError:
        return None
    lines = tuple(line.rstrip("\r") for line in text.split("\n") if line.strip() and not line.startswith("#"))
    return Patterns(directory, lines) if lines else None
