"""A file as a sequence of blocks, and how it follows the edits."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from sessile.syntax.block import Block
from sessile.syntax.blocks import pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sessile.syntax.blocks import Piece
    from sessile.text import Document, Range


class Placed(NamedTuple):
    """A block and the absolute line, from 1, of its first line."""

    block: Block
    line: int


class Module:
    """One version of a file: its blocks, in order, cover its whole text."""

    __slots__ = ("_lines", "_pieces", "_places", "blocks", "document", "path")

    def __init__(self, document: Document, blocks: Iterable[Block], pieces: Sequence[Piece]) -> None:
        self.path = document.path
        self.document = document
        held = list(blocks)
        self._lines = list(accumulate((block.lines for block in held), initial=1))
        self.blocks = tuple(map(Placed, held, self._lines))
        self._pieces = pieces
        self._places: dict[Block, int] | None = None

    def line_of(self, block: Block) -> int:
        """The absolute line of the block's first line; KeyError if the block is not of this module."""
        if self._places is None:
            self._places = dict(self.blocks)
        return self._places[block]

    def absolute(self, block: Block, relative_range: Range) -> Range:
        """A range of the block as one of the file; KeyError if the block is not of this module."""
        return relative_range.moved(self.line_of(block) - 1)

    def at(self, line: int) -> Placed | None:
        """The block that holds this absolute line; None outside of the file and in an empty one."""
        if not self.blocks or not 1 <= line <= self._lines[-1]:
            return None
        return self.blocks[min(bisect_right(self._lines, line), len(self.blocks)) - 1]


def parse(document: Document, previous: Module | None = None) -> Module:
    """The module of a document; never fails. What did not change since `previous` are the same objects."""
    found = list(pieces(document.text))
    old: dict[str, list[Block]] = {}
    for placed in reversed(previous.blocks if previous else ()):
        old.setdefault(placed.block.text, []).append(placed.block)
    blocks, start = [], 0
    for piece in found:
        text = document.text[start : start + piece.length]
        same = old.get(text)
        blocks.append(same.pop() if same else Block(text))
        start += piece.length
    return Module(document, blocks, found)
