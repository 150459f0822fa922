"""Patterns of files in the syntax of `.gitignore`, each set of them relative to one directory.

pathspec is loaded when there is a pattern to match, never before.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sessile.project.kinds import Reader, Text

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns, the last that matches decides; `base` is the absolute directory that they relate to."""

    base: str
    lines: tuple[str, ...]

    def verdict(self, path: str, *, directory: bool = False) -> bool | None:
        """Whether an absolute path is meant: True, or False if a `!` takes it back, or None if nothing speaks of it."""
        relative = _relative(path, self.base)
        if relative is None or not self.lines:
            return None
        return _compiled(self.lines).check_file(relative + "/" if directory else relative).include

    def within(self, directory: str) -> Patterns:
        """What is left of them for somebody who names a directory although they leave it out."""
        kept = (line for line in self.lines if not Patterns(self.base, (line,)).verdict(directory, directory=True))
        return Patterns(self.base, tuple(kept))


def is_below(path: str, directory: str) -> bool:
    """Whether an absolute path is a directory or in it."""
    return path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)


def _relative(path: str, base: str) -> str | None:
    """A path relative to a directory with `/` between its parts; None if it is not inside."""
    if path == base or not is_below(path, base):
        return None
    return path[len(base.rstrip(os.sep)) + 1 :].replace(os.sep, "/")


@lru_cache(maxsize=1024)
def _compiled(lines: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(line for line in lines if _complaint(line) is None)


def _complaint(line: str, reader: Reader | None = None) -> str | None:  # noqa: ARG001  # the shape of a check
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return f"`{line}` is not a pattern; write it as in .gitignore"
    return None


PATTERN = Text("a pattern as in .gitignore", check=_complaint)
