"""Comments that hide findings: `# sessile: ignore`, with codes or without, `ignore-file`, and `# noqa`.

A suppression counts on any line of its statement; of a compound statement only its header (and decorators) counts, so
that a comment on a `with` does not hide what is below it. Only `sessile:` comments are ever written by us.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast
from weakref import WeakKeyDictionary

from sessile.syntax.comments import comments
from sessile.syntax.lines import logical_lines
from sessile.text import LineIndex, Range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.syntax.block import Block
    from sessile.syntax.module import Module

_WORDS = re.compile(r"sessile[ \t]*:|noqa", re.I)
_OURS = re.compile(r"#[ \t]*sessile[ \t]*:[ \t]*(ignore-file|ignore)(?![\w-])[ \t]*(?:\[([^\]#]*)(\])?)?", re.I)
_NOQA = re.compile(r"#[ \t]*(noqa)(?![\w-])(?:[ \t]*:[ \t]*([A-Z]+[0-9]+(?:[ \t]*[, \t][ \t]*[A-Z]+[0-9]+)*))?", re.I)
_CODE = re.compile(r"[^\s,]+")

Kind = Literal["ignore", "ignore-file", "noqa"]


@dataclass(frozen=True, slots=True)
class Code:
    """A code as written, and where."""

    text: str
    range: Range


@dataclass(frozen=True, slots=True)
class Suppression:
    """One directive: its place from `#` on, and the codes it names; `codes` is None where it names none and hides all.

    `[...]` without its end hides nothing yet: `codes` is what is there, `complete` is False.
    """

    kind: Kind
    range: Range
    codes: tuple[Code, ...] | None
    complete: bool = True

    def hides(self, code: str) -> bool:
        """Whether it names this code (letter case does not count), or names none."""
        if not self.complete:
            return False
        return self.codes is None or any(named.text.upper() == code.upper() for named in self.codes)

    def _moved(self, lines: int) -> Suppression:
        codes = self.codes and tuple(Code(code.text, code.range.moved(lines)) for code in self.codes)
        return Suppression(self.kind, self.range.moved(lines), codes, self.complete)


@dataclass(frozen=True, slots=True)
class _InBlock:
    """What a block holds, with relative lines; `spans` are the first and last lines of its logical lines."""

    found: tuple[Suppression, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()

    def span(self, line: int) -> tuple[int, int]:
        """The lines of the statement, or of the header, that holds this line."""
        index = bisect_right(self.spans, (line, _LAST)) - 1
        if index < 0 or self.spans[index][1] < line:
            return line, line
        return self.spans[index]


_LAST = 1 << 60
_NOTHING = _InBlock()
_cache: WeakKeyDictionary[Block, _InBlock] = WeakKeyDictionary()


class Suppressions:
    """All suppressions of one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._held = [(placed.line, _in_block(placed.block)) for placed in module.blocks]
        self._files = [item for item in self if item.kind == "ignore-file"]

    def __iter__(self) -> Iterator[Suppression]:
        """All of them in order, with absolute ranges."""
        for line, held in self._held:
            for item in held.found:
                yield item._moved(line - 1)

    def covers(self, code: str, statement: Range) -> bool:
        """Whether a finding with this code at this statement (absolute) is hidden."""
        return self.covering(code, statement) is not None

    def covering(self, code: str, statement: Range) -> Suppression | None:
        """The suppression that hides it, those of the statement before those of the file."""
        placed = self._module.at(statement.start.line)
        if placed is not None:
            held = _in_block(placed.block)
            first, last = held.span(statement.start.line - placed.line + 1) if held.found else (1, 0)
            for item in held.found:
                if item.kind != "ignore-file" and first <= item.range.start.line <= last and item.hides(code):
                    return item._moved(placed.line - 1)
        return next((item for item in self._files if item.hides(code)), None)


def find(module: Module) -> Suppressions:
    """The suppressions of a module; what a block holds is computed once."""
    return Suppressions(module)


def _in_block(block: Block) -> _InBlock:
    held = _cache.get(block)
    if held is None:
        held = _cache[block] = _read(block.text) if _WORDS.search(block.text) else _NOTHING
    return held


def _read(text: str) -> _InBlock:
    index = LineIndex(text)
    found = tuple(
        item
        for comment in comments(text)
        if _WORDS.search(comment.text)
        for item in _directives(comment.text, comment.offset, index)
    )
    return _InBlock(found, tuple(_spans(text, index))) if found else _NOTHING


def _directives(comment: str, offset: int, index: LineIndex) -> Iterator[Suppression]:
    for match in sorted([*_OURS.finditer(comment), *_NOQA.finditer(comment)], key=re.Match.start):
        kind = cast("Kind", match[1].lower())
        codes = None
        if match[2] is not None:
            start = offset + match.start(2)
            codes = tuple(
                Code(code[0], _range(index, start + code.start(), start + code.end()))
                for code in _CODE.finditer(match[2])
            )
        complete = match.re is _NOQA or codes is None or match[3] is not None
        place = _range(index, offset + match.start(), offset + match.end())
        yield Suppression(kind, place, codes, complete)


def _range(index: LineIndex, start: int, end: int) -> Range:
    return Range(index.position(start), index.position(end))


def _spans(text: str, index: LineIndex) -> Iterator[tuple[int, int]]:
    """The lines of each statement; decorators are of one with what they decorate."""
    first = 0
    for line in logical_lines(text):
        start, end = index.position(line.start).line, index.position(line.end).line
        first = first or start
        if not text.startswith("@", line.start):
            yield first, end
            first = 0
