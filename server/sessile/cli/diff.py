"""Unified diffs that `patch -p0` and `git apply -p0` understand."""

from __future__ import annotations

import re
from difflib import unified_diff
from typing import TYPE_CHECKING

from sessile.output.styled import Styled

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_STYLES = {"-": "red", "+": "green", "@": "cyan"}
_NOTHING = "/dev/null"


def diff(path: str, before: str | None, after: str) -> Iterator[Styled]:
    """The difference between two texts of a file, `before` None where there was none."""
    old, new = _LINE.findall(before or ""), _LINE.findall(after)
    for number, line in enumerate(unified_diff(old, new, _NOTHING if before is None else path, path)):
        style = "bold" if number < 2 else _STYLES.get(line[0], "")
        yield Styled(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n", style)
