"""Brings every tree into the one form that the rest of the program knows: that of Python 3.10.

What a newer host parses natively and what was rewritten for an older one end up as the same nodes.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.syntax.fields import Field
from sessile.syntax.gates import may_be_native
from sessile.syntax.nodes import mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import TypeVar

    from sessile.syntax.fields import Group
    from sessile.syntax.modern import Place, Rewritten
    from sessile.syntax.nodes import Meaning

    _Expr = TypeVar("_Expr", bound=ast.expr)


def unify(tree: ast.Module, text: str) -> None:
    """Replaces what the host parsed natively and Python 3.10 does not have."""
    if may_be_native(text):
        _Dialect(None).visit(tree)


def restore(tree: ast.Module, rewritten: Rewritten) -> None:
    """Puts back into the tree what was rewritten in its text."""
    _Dialect(rewritten).visit(tree)


class _Dialect:
    """One walk over a tree, without recursion, that replaces nodes in their parents."""

    def __init__(self, rewritten: Rewritten | None) -> None:
        self.rewritten = rewritten

    def visit(self, tree: ast.Module) -> None:
        """Changes the tree in place."""
        pending: list[ast.AST] = [tree]
        while pending:
            node = pending.pop()
            if getattr(node, "type_params", None):
                vars(node)["type_params"] = []
            for name in node._fields:
                value = getattr(node, name, None)
                if isinstance(value, list):
                    value[:] = self._items(value)
                    pending += (item for item in value if isinstance(item, ast.AST))
                elif isinstance(value, ast.AST):
                    new = self._swap(value)
                    setattr(node, name, new)
                    pending.append(new)

    def _items(self, items: Iterable[object]) -> Iterator[object]:
        """The items of a list, without the statements that stood for a soft keyword."""
        word: tuple[ast.stmt, Meaning] | None = None
        for item in items:
            role = self._word(item)
            if role and isinstance(item, ast.stmt):
                word = item, role
            elif isinstance(item, ast.stmt) and word is not None:
                item.lineno, item.col_offset = word[0].lineno, word[0].col_offset
                mean(item, word[1])
                word = None
                yield item
            else:
                yield self._swap(item) if isinstance(item, ast.AST) else item

    def _word(self, item: object) -> Meaning | None:
        """What the statement that stands for a soft keyword makes of the next one."""
        if self.rewritten is None or not isinstance(item, ast.Expr):
            return None
        if _place(item) in self.rewritten.places("alias"):
            return "alias"
        return "lazy" if _place(item) in self.rewritten.places("lazy") else None

    def _swap(self, node: ast.AST) -> ast.AST:
        native = _NATIVE.get(type(node).__name__)
        if native is not None:
            return native(node)
        if self.rewritten is not None:
            if isinstance(node, ast.List) and _place(node) in self.rewritten.displays:
                return _joined(node, self.rewritten.displays[_place(node)])
            if isinstance(node, ast.Try) and any(_place(it) in self.rewritten.places("group") for it in node.handlers):
                mean(node, "group")
            elif isinstance(node, ast.ExceptHandler):
                _part(node, self.rewritten.places("tuple").get(_place(node), -1))
            elif isinstance(node, (ast.Subscript, ast.arg)):
                _star(node, self.rewritten.places("star"))
        return node


def _place(node: ast.AST) -> Place:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _part(handler: ast.ExceptHandler, commas: int) -> None:
    """`except A | B` with so many bars that were commas, as a tuple of classes."""
    rest, last = handler.type, handler.type
    if rest is None or last is None or commas < 0:
        return
    classes: list[ast.expr] = []
    for _ in range(commas):
        if isinstance(rest, ast.BinOp):
            classes.insert(0, rest.right)
            rest = rest.left
    handler.type = _like(ast.Tuple(elts=[rest, *classes], ctx=ast.Load()), rest, last)


def _star(node: ast.Subscript | ast.arg, stars: Mapping[Place, int]) -> None:
    """Gives the parts of a subscript, or an annotation, that were written with a star their star back."""
    if isinstance(node, ast.arg):
        if node.annotation is not None and _place(node.annotation) in stars:
            node.annotation = _starred(node.annotation, stars)
    elif isinstance(node.slice, ast.Tuple):
        items = [_starred(item, stars) if _place(item) in stars else item for item in node.slice.elts]
        node.slice.elts = items
        if items and isinstance(items[0], ast.Starred):
            node.slice.col_offset = items[0].col_offset
    elif _place(node.slice) in stars:
        item = _starred(node.slice, stars)
        node.slice = _like(ast.Tuple(elts=[item], ctx=ast.Load()), item, item)


def _starred(item: ast.expr, stars: Mapping[Place, int]) -> ast.expr:
    new = _like(ast.Starred(value=item, ctx=ast.Load()), item, item)
    new.col_offset -= stars[_place(item)]
    return new


def _joined(display: ast.List, group: Group) -> ast.JoinedStr:
    """The string that was rewritten as this display."""
    new = _like(ast.JoinedStr(values=_values(display, group.parts)), display, display)
    if group.template:
        mean(new, "template")
    return new


def _values(display: ast.List, parts: Iterable[str | Field]) -> list[ast.expr]:
    values: list[ast.expr] = []
    for part in parts:
        if isinstance(part, Field):
            values += _formatted(display, part)
        elif part:
            before = values.pop() if values and isinstance(values[-1], ast.Constant) else None
            text = str(before.value) + part if isinstance(before, ast.Constant) else part
            values.append(_like(ast.Constant(value=text), display, display))
    return values


def _formatted(display: ast.List, part: Field) -> Iterator[ast.expr]:
    start, stop = part.places
    items = [item for item in display.elts if start <= _place(item) < stop]
    if not items:
        return
    value = items[0]
    if len(items) > 1 or part.is_tuple:
        value = ast.Tuple(elts=items, ctx=ast.Load())
        (value.lineno, value.col_offset), (value.end_lineno, value.end_col_offset) = part.places
    spec = None
    if part.spec is not None:
        spec = _like(ast.JoinedStr(values=_values(display, part.spec)), display, display)
    yield _like(ast.FormattedValue(value=value, conversion=part.conversion, format_spec=spec), items[0], items[-1])


def _like(new: _Expr, first: ast.expr, last: ast.expr) -> _Expr:
    """The node, placed from the start of one to the end of another."""
    new.lineno, new.col_offset = first.lineno, first.col_offset
    new.end_lineno, new.end_col_offset = last.end_lineno, last.end_col_offset
    return new


def _native_alias(node: ast.AST) -> ast.AST:
    fields = dict(ast.iter_fields(node))
    new = ast.copy_location(ast.Assign(targets=[fields["name"]], value=fields["value"], type_comment=None), node)
    mean(new, "alias")
    return new


def _native_group(node: ast.AST) -> ast.AST:
    new = ast.copy_location(ast.Try(**dict(ast.iter_fields(node))), node)
    mean(new, "group")
    return new


def _native_template(node: ast.AST) -> ast.AST:
    new = ast.copy_location(ast.JoinedStr(values=getattr(node, "values", [])), node)
    mean(new, "template")
    return new


def _native_interpolation(node: ast.AST) -> ast.AST:
    fields = {name: value for name, value in ast.iter_fields(node) if name != "str"}
    return ast.copy_location(ast.FormattedValue(**fields), node)


_NATIVE: dict[str, Callable[[ast.AST], ast.AST]] = {
    "TypeAlias": _native_alias,
    "TryStar": _native_group,
    "TemplateStr": _native_template,
    "Interpolation": _native_interpolation,
}
