"""One top-level statement, parsed on its own.

Line numbers within a block are relative to it, from 1, so that a block is reused as the same object however far an edit
above moves it. Nothing of a block ever changes; what costs time is computed when it is first asked for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import normalize

from sessile.syntax.parsing import parse_block

if TYPE_CHECKING:
    import ast

    from sessile.syntax.parsing import Parsed
    from sessile.syntax.problem import SyntaxProblem
    from sessile.text import Range

_ENDING = re.compile(r"\r\n|[\r\n]")
_NAME = re.compile(r"[^\W\d]\w*")


class Block:
    """A statement with its decorators and the comments and blank lines above it; `lines` counts its line endings."""

    __slots__ = ("__weakref__", "_names", "_parsed", "lines", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = len(_ENDING.findall(text)) if "\r" in text else text.count("\n")
        self._parsed: Parsed | None = None
        self._names: frozenset[str] | None = None

    @property
    def tree(self) -> ast.Module:
        """The syntax tree, with line numbers relative to the block; empty where nothing could be recovered."""
        return self._parse().tree

    @property
    def problem(self) -> SyntaxProblem | None:
        """The syntax error, or None."""
        return self._parse().problem

    @property
    def recovered(self) -> bool:
        """Whether the tree holds what could be saved of a broken block."""
        parsed = self._parse()
        return parsed.problem is not None and bool(parsed.tree.body)

    @property
    def holes(self) -> tuple[Range, ...]:
        """What of the text is not in the recovered tree, in order, relative to the block."""
        return self._parse().holes

    @property
    def names(self) -> frozenset[str]:
        """Every identifier that occurs, those in strings and comments among them: a cheap gate."""
        if self._names is None:
            text = self.text if self.text.isascii() else normalize("NFKC", self.text)
            self._names = frozenset(_NAME.findall(text))
        return self._names

    def _parse(self) -> Parsed:
        if self._parsed is None:
            parsed = parse_block(self.text)
            self._parsed = self._parsed or parsed
        return self._parsed
