"""Parameters that values are bound to: their names, and what of an expression is the value."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.rules.repair import NotRepairable, at

if TYPE_CHECKING:
    from sessile.fixes.changes import Changes
    from sessile.fixes.templates import Piece
    from sessile.flow.story import Site


@dataclass
class Bound:
    """The parameters so far: expressions by name, and which of them are lists."""

    values: dict[str, str] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)

    def name(self, wanted: str, expression: str, taken: set[str], *, many: bool = False) -> str:
        """A name for a parameter; the same expression has one name."""
        for known, held in self.values.items():
            if held == expression:
                return known
        name, number = wanted, 2
        while name in taken or name in self.values:
            name, number = f"{wanted}_{number}", number + 1
        self.values[name] = expression
        if many:
            self.lists.add(name)
        return name


def unstringed(piece: Piece) -> str:
    """A value that was made text only to be put into text."""
    match piece.node:
        case ast.Call(func=ast.Name(id="str"), args=[_], keywords=[]):
            return piece.expression.removeprefix("str").strip()[1:-1].strip()
    return piece.expression


def is_join(node: ast.expr) -> bool:
    """Whether an expression joins a list into text."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join"


def parameter_name(node: ast.expr) -> str:
    """A name for a parameter, after the expression that it is bound to."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))) if name.isidentifier():
            return name
        case ast.Call(args=[inner, *_]):
            return parameter_name(inner)
        case ast.Call(func=ast.Attribute(value=owner)):
            return parameter_name(owner)
    return "value"


def joined(changes: Changes, site: Site, node: ast.expr) -> str:
    """The list whose items are joined: `", ".join(str(key) for key in keys)` is of `keys`."""
    match node:
        case ast.Call(func=ast.Attribute(attr="join"), args=[ast.GeneratorExp() | ast.ListComp() as made]):
            return _comprehended(changes, site, made)
        case ast.Call(func=ast.Attribute(attr="join"), args=[ast.Call(func=ast.Name(id="map"), args=[_, values])]):
            return changes.source.text(at(site, values))
        case ast.Call(func=ast.Attribute(attr="join"), args=[ast.Name() | ast.Attribute() as values]):
            return changes.source.text(at(site, values))
    raise NotRepairable("a list that is not understood")


def _comprehended(changes: Changes, site: Site, made: ast.GeneratorExp | ast.ListComp) -> str:
    match made.generators:
        case [ast.comprehension(target=ast.Name(id=name), iter=values, ifs=[], is_async=0)]:
            inner = {node.id for node in ast.walk(made.elt) if isinstance(node, ast.Name)} - {"str", "repr"}
            if inner == {name} and not any(isinstance(node, ast.Attribute) for node in ast.walk(made.elt)):
                return changes.source.text(at(site, values))
    raise NotRepairable("a list that is not understood")
