"""Follows what callers do with a function's result, to rewrite it where the result becomes a dictionary.

A use that is not understood stays as it is, and counts as out of sight.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.fixes import scan, tree
from sessile.fixes.shapes import OTHER, Shape
from sessile.orm.mapped import Accessor, Column
from sessile.rules.repair import at

if TYPE_CHECKING:
    from sessile.fixes.changes import Changes
    from sessile.flow.story import Site

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
#: Functions that only look at a list, and those that give another one of the same items.
LOOKING = frozenset({"len", "bool", "any", "all"})
COPYING = frozenset({"list", "tuple", "reversed", "iter"})


@dataclass
class Uses:
    """Rewrites uses. `seen` stays True while every use was understood; `include` are attributes beyond columns."""

    changes: Changes
    seen: bool = True
    include: set[str] = field(default_factory=set)

    def follow(self, site: Site, shape: Shape) -> None:
        """Rewrite the use of one expression of this shape."""
        if not shape.holds_entities:
            return
        outer = tree.parent(site)
        if not (self._plain(site, outer) or self._named(site, outer, shape) or self._inner(site, outer, shape)):
            self.seen = False

    def _plain(self, site: Site, outer: ast.AST) -> bool:
        """Whether nothing but the presence of the value matters."""
        match outer:
            case ast.Expr():
                return True
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
                return test is site.node
            case ast.UnaryOp(op=ast.Not()):
                return True
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() | ast.Eq() | ast.NotEq()], comparators=[other]):
                return isinstance(other if left is site.node else left, ast.Constant)
            case ast.Call(func=ast.Name(id=name), args=[_]):
                return name in LOOKING
        return False

    def _named(self, site: Site, outer: ast.AST, shape: Shape) -> bool:
        """The value gets a name: its uses are followed."""
        match outer:
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=value):
                return value is site.node and self._bound(at(site, outer), target, shape)
            case ast.NamedExpr(target=target):
                self.follow(at(site, outer), shape)
                return self._bound(at(site, outer), target, shape)
            case ast.For(target=target, iter=iterated) | ast.AsyncFor(target=target, iter=iterated):
                return iterated is site.node and shape.kind == "each" and self._bound(site, target, shape.parts[0])
            case ast.comprehension(target=target, iter=iterated):
                return iterated is site.node and shape.kind == "each" and self._bound(site, target, shape.parts[0])
        return False

    def _inner(self, site: Site, outer: ast.AST, shape: Shape) -> bool:
        """The value is taken apart, or is part of another expression."""
        here = at(site, outer)
        match outer:
            case ast.Attribute(attr=name, ctx=ast.Load()) if shape.kind == "entity":
                return self.attribute(here, name, shape)
            case ast.Subscript(value=value, slice=index) if value is site.node and shape.kind == "entity":
                return self.indexed(here, index)
            case ast.Return():
                return self.returned(here, shape)
            case ast.Subscript(value=value, slice=ast.Slice()) if value is site.node and shape.kind == "each":
                self.follow(here, shape)
                return True
            case ast.Subscript(value=value, slice=index) if value is site.node and shape.kind in ("each", "values"):
                self.follow(here, shape.parts[0])
                return not isinstance(index, ast.Slice)
            case ast.Subscript(value=value, slice=ast.Constant(value=int(index))) if value is site.node:
                part = shape.parts[index] if shape.kind == "items" and index < len(shape.parts) else OTHER
                self.follow(here, part)
                return shape.kind == "items"
            case ast.Call(func=ast.Name(id=name), args=[_], keywords=[]) if name in COPYING and shape.kind == "each":
                self.follow(here, shape)
                return True
            case ast.IfExp() | ast.BoolOp():
                self.follow(here, shape)
                return True
        return False

    def attribute(self, site: Site, name: str, shape: Shape) -> bool:
        """An attribute of an instance is read."""
        attribute = shape.facts.attributes.get(name) if shape.facts is not None else None
        outer = tree.parent(site)
        if isinstance(outer, ast.Call) and outer.func is site.node:
            return False
        if isinstance(attribute, Accessor) and attribute.kind in ("property", "hybrid", "synonym", "association_proxy"):
            self.include.add(name)
        elif not isinstance(attribute, Column):
            return False
        elif attribute.deferred:
            self.include.add(name)
        assert isinstance(site.node, ast.Attribute)
        text = self.changes.text(site.path)
        _, inner = self.changes.source.offsets(at(site, site.node.value))
        start, (_, end) = scan.after_brackets(text, inner, len(text)), self.changes.source.offsets(site)
        if re.fullmatch(rf"\s*\.\s*{name}", text[start:end]) is None:
            return False
        quote = _quote(text, self.changes, site)
        self.changes.put(site.path, start, end, f"[{quote}{name}{quote}]")
        return True

    def indexed(self, site: Site, index: ast.expr) -> bool:  # noqa: ARG002  # for those who understand it
        """An instance is indexed."""
        return False

    def returned(self, site: Site, shape: Shape) -> bool:  # noqa: ARG002  # for those who understand it
        """The value is handed on to the callers of a function."""
        return False

    def _bound(self, site: Site, target: ast.expr, shape: Shape) -> bool:
        if isinstance(target, ast.Tuple | ast.List) and shape.kind == "items" and len(target.elts) == len(shape.parts):
            return all(self._bound(site, each, part) for each, part in zip(target.elts, shape.parts, strict=True))
        if not isinstance(target, ast.Name):
            return not shape.holds_entities
        if not shape.holds_entities:
            return True
        scope = _scope(site, target)
        if scope is None:
            return False
        names = [node for node in ast.walk(scope) if isinstance(node, ast.Name) and node.id == target.id]
        if any(isinstance(node.ctx, ast.Store | ast.Del) and node is not target for node in names):
            return False
        for node in names:
            if isinstance(node.ctx, ast.Load):
                self.follow(at(site, node), shape)
        return True


def _scope(site: Site, target: ast.Name) -> ast.AST | None:
    """The function or comprehension whose variable the target is; None for a module's or a class's."""
    for node in tree.ancestors(at(site, target)):
        if isinstance(node, COMPREHENSIONS) and not isinstance(tree.parent(at(site, target)), ast.NamedExpr):
            return node
        if isinstance(node, SCOPES):
            return node
        if isinstance(node, ast.ClassDef):
            return None
    return None


def _quote(text: str, changes: Changes, site: Site) -> str:
    """A quote that may stand here: within an f-string not the one that delimits it."""
    for node in tree.ancestors(site):
        if isinstance(node, ast.JoinedStr):
            start, _ = changes.source.offsets(at(site, node))
            return "'" if text[start:].lstrip("fFrRtT").startswith('"') else '"'
    return '"'
