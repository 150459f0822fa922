"""What a check of syntax nodes may ask: where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessile.flow.story import Site

if TYPE_CHECKING:
    import ast

    from sessile.syntax import Block


@dataclass(frozen=True, slots=True)
class SyntaxContext:
    """The block that is walked, and the nodes around the present one, outermost first."""

    path: str
    block: Block
    parents: tuple[ast.AST, ...]

    def site(self, node: ast.AST) -> Site:
        """The place of a node of this block."""
        return Site(self.path, self.block, node)
