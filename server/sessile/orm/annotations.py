"""Reads `Mapped[...]` and other annotations of mapped attributes; text in quotes is read like code."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sessile.orm.api.tables import names
from sessile.orm.scope import dotted, text_of

if TYPE_CHECKING:
    from sessile.orm.scope import Scope

_CONTAINERS = frozenset(
    names("""
    Mapped WriteOnlyMapped DynamicMapped MappedSQLExpression MappedColumn AssociationProxy ClassVar Final InitVar
    """)
)
_COLLECTIONS = frozenset(
    names("""
    list List set Set frozenset FrozenSet Sequence MutableSequence Collection Iterable MutableSet AbstractSet
    dict Dict Mapping MutableMapping KeyFuncDict MappedCollection OrderingList deque tuple Tuple
    """)
)
_MAX_ALIASES = 5


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation without its container (`Mapped`, ...).

    `text`: the rest as written, `core` the same without `Optional` and `Annotated`. `target`: the class or type at its
    heart. `many`: in a collection. `metadata`: what stands in `Annotated[...]` after the type.
    """

    container: str | None = None
    text: str | None = None
    core: str | None = None
    target: str | None = None
    many: bool = False
    optional: bool = False
    metadata: tuple[ast.expr, ...] = ()


def read_annotation(node: ast.expr | None, scope: Scope) -> Annotation:
    """Facts of an annotation; of none at all, the empty ones."""
    expression = _unquoted(node)
    if expression is None:
        return Annotation()
    container = None
    if isinstance(expression, ast.Subscript) and (name := scope.plain(expression.value)) in _CONTAINERS:
        container = name
        expression = _unquoted(expression.slice) or expression.slice
    elif (name := scope.plain(expression)) in _CONTAINERS:
        return Annotation(container=name)
    return replace(_inner(expression, scope, _MAX_ALIASES), text=ast.unparse(expression), container=container)


def _unquoted(node: ast.expr | None) -> ast.expr | None:
    text = text_of(node)
    if text is None:
        return node
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None


def _inner(node: ast.expr, scope: Scope, aliases_left: int) -> Annotation:
    expression = _unquoted(node)
    if expression is None:
        return Annotation()
    if isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.BitOr):
        return _union(_alternatives(expression), scope, aliases_left)
    if isinstance(expression, ast.Subscript):
        return _subscript(expression, scope, aliases_left)
    alias = scope.aliases(expression) if aliases_left else None
    if alias is not None:
        return _inner(alias, scope, aliases_left - 1)
    if scope.plain(expression) in _COLLECTIONS:
        return Annotation(core=ast.unparse(expression), many=True)
    return Annotation(core=ast.unparse(expression), target=dotted(expression))


def _subscript(node: ast.Subscript, scope: Scope, aliases_left: int) -> Annotation:
    head = scope.plain(node.value)
    arguments = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
    if not arguments:
        return Annotation(core=ast.unparse(node), target=dotted(node.value))
    if head == "Optional":
        return replace(_inner(arguments[0], scope, aliases_left), optional=True)
    if head == "Union":
        return _union(arguments, scope, aliases_left)
    if head == "Annotated":
        found = _inner(arguments[0], scope, aliases_left)
        return replace(found, metadata=(*found.metadata, *arguments[1:]))
    if head in _COLLECTIONS:
        return replace(_inner(arguments[-1], scope, aliases_left), core=ast.unparse(node), many=True)
    return Annotation(core=ast.unparse(node), target=dotted(node.value))


def _union(members: list[ast.expr], scope: Scope, aliases_left: int) -> Annotation:
    rest = [each for each in members if not _is_none(each)]
    found = _inner(rest[0], scope, aliases_left) if rest else Annotation()
    return replace(found, optional=found.optional or len(rest) < len(members))


def _alternatives(node: ast.expr) -> list[ast.expr]:
    """`a | b | c` as a list, however long."""
    found: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        found.append(node.right)
        node = node.left
    return [node, *reversed(found)]


def _is_none(node: ast.expr) -> bool:
    return (isinstance(node, ast.Constant) and node.value is None) or dotted(node) in ("None", "NoneType")
