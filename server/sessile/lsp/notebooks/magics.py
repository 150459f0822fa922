"""Takes out of a cell what is IPython's and not Python's. Lines keep their numbers, and Python its columns.

https://ipython.readthedocs.io/en/stable/interactive/magics.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sessile.text import LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

PYTHON_CELLS = frozenset({"capture", "debug", "prun", "time", "timeit"})
"""Cell magics whose cells run as Python in the notebook's own namespace."""

_CELL_MAGIC = re.compile(r"\s*%%(?P<name>[\w!]+)")
_MAGIC = re.compile(r"[%!?]|[\w.*%]+\?{1,2}[ \t]*(?:$|[\r\n])")
_ASSIGNED = re.compile(r"(?P<target>[\w.,*\[\]() \t]+=[ \t]*)[%!](?=[\w(\"'/.~])")


@dataclass(frozen=True, slots=True)
class Python:
    """A cell as Python; `taken` are the lines (from 1) that something was taken out of, `head` whether what stands
    before everything else in the cell is a magic that has to stay there."""

    text: str
    taken: frozenset[int]
    head: bool


@lru_cache(512)
def python_of(cell: str) -> Python | None:
    """The Python of a cell; None if all of it is for somebody else, such as a shell."""
    magic = _CELL_MAGIC.match(cell)
    if magic is not None and magic["name"] not in PYTHON_CELLS:
        return None
    if not any(sign in cell for sign in "%!?"):
        return Python(cell, frozenset(), False)
    lines = list(LineIndex(cell).with_endings)
    taken = frozenset(_take_out(lines))
    return Python("".join(lines), taken, magic is not None)


def _take_out(lines: list[str]) -> Iterator[int]:
    """Replace what is not Python; the numbers of the lines where that was so."""
    at = 0
    while at < len(lines):
        start, following = _statement("".join(lines[at:]))
        at += start
        if at >= len(lines):
            return
        line = lines[at]
        indent = line[: len(line) - len(line.lstrip())]
        assigned = _ASSIGNED.match(line.lstrip())
        if _MAGIC.match(line.lstrip()):
            last = _continued(lines, at)
            lines[at] = f"{indent}pass{_ending(line)}"
        elif assigned:
            last = _continued(lines, at)
            lines[at] = f"{indent}{assigned['target']}get_ipython(){_ending(line)}"
        else:
            at += following - start
            continue
        for number in range(at + 1, last + 1):
            lines[number] = _ending(lines[number])
        yield from range(at + 1, last + 2)
        at = last + 1


def _statement(text: str) -> tuple[int, int]:
    """How many lines there are before the next logical line of a text, and before the one after it."""
    from sessile.syntax.lines import logical_lines

    line = next(logical_lines(text), None)
    if line is None:
        return text.count("\n") + 1, text.count("\n") + 1
    before = LineIndex(text[: line.start]).count - 1
    return before, max(LineIndex(text[: line.next]).count - 1, before + 1)


def _continued(lines: list[str], at: int) -> int:
    """The last line of one that goes on behind a backslash."""
    while at + 1 < len(lines) and lines[at].rstrip("\r\n").endswith("\\"):
        at += 1
    return at


def _ending(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]
