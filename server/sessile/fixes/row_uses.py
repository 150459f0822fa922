"""Follows what is done with Rows, to take the unwrapping away where they become entities."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.fixes import scan, tree
from sessile.fixes.callers import callers
from sessile.fixes.shapes import Shape
from sessile.fixes.uses import Uses
from sessile.rules.repair import at

if TYPE_CHECKING:
    from sessile.fixes.changes import Changes
    from sessile.flow.story import Site

ROW = Shape("entity")
ROWS = Shape("each", (ROW,))
#: What a Row has and an entity has not.
OF_ROWS = frozenset({"_asdict", "_fields", "_mapping", "_t", "_tuple", "count", "index", "t", "tuple"})


@dataclass
class RowUses(Uses):
    """Rewrites `row.User` and `row[0]` to `row`, and counts them; `entity` is the name of the class, if it is one."""

    entity: object = None
    unwrapped: int = 0
    visited: set[int] = field(default_factory=set)

    def attribute(self, site: Site, name: str, shape: Shape) -> bool:  # noqa: ARG002  # of any shape
        if name == self.entity:
            self._unwrap(site)
        return name not in OF_ROWS

    def indexed(self, site: Site, index: ast.expr) -> bool:
        if isinstance(index, ast.Constant) and index.value == 0:
            self._unwrap(site)
            return True
        return False

    def _unwrap(self, site: Site) -> None:
        assert isinstance(site.node, ast.Attribute | ast.Subscript)
        remove_link(self.changes, site, site.node.value)
        self.unwrapped += 1

    def returned(self, site: Site, shape: Shape) -> bool:
        """The callers of the function go on."""
        function = tree.function(site)
        if function is None or id(function.node) in self.visited:
            return False
        self.visited.add(id(function.node))
        known = callers(self.changes.source, function)
        for call in known.calls:
            self.follow(call, shape)
        return known.complete


def remove_link(changes: Changes, site: Site, inner: ast.expr) -> None:
    """Remove what follows `inner` in an attribute or subscript."""
    _, end = changes.source.offsets(site)
    _, start = changes.source.offsets(at(site, inner))
    changes.put(site.path, scan.after_brackets(changes.text(site.path), start, end), end, "")
