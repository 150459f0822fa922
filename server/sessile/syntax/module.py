"""A file as a sequence of blocks, and how it follows the edits."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from sessile.syntax.block import Block
from sessile.syntax.blocks import pieces
from sessile.syntax.rescan import NEW, rescan

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
    if previous is None:
        found = [(piece, NEW) for piece in pieces(document.text)]
    else:
        found = rescan(document, previous.document, previous._pieces)
    return Module(document, _blocks(document.text, found, previous), [piece for piece, _ in found])


def _blocks(text: str, found: list[tuple[Piece, int]], previous: Module | None) -> list[Block]:
    """A block for each piece: that of the piece it still is, else a free one with the same text, else a new one."""
    old = [placed.block for placed in previous.blocks] if previous else []
    free: dict[str, list[Block]] = {}
    for index in set(range(len(old))).difference(index for _, index in found):
        free.setdefault(old[index].text, []).append(old[index])
    blocks: list[Block] = []
    start = 0
    for piece, index in found:
        blocks.append(old[index] if index != NEW else _block(text[start : start + piece.length], free))
        start += piece.length
    return blocks


def _block(text: str, free: dict[str, list[Block]]) -> Block:
    same = free.get(text)
    return same.pop() if same else Block(text)
