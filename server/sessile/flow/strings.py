"""Strings that are put together at run time: what is a literal of the program, and where something else gets in.

Only text that may become SQL is of interest, so what is certainly harmless (literals, numbers, generated names of
parameters) counts as literal text.
"""

from __future__ import annotations

import ast
import re
from string import Formatter
from typing import TYPE_CHECKING

from sessile.flow.scalars import FIXED, NUMBER, SAFE
from sessile.flow.values import (
    UNKNOWN,
    Arguments,
    AttributeRef,
    BoundMethod,
    ClassRef,
    CollectionRef,
    Const,
    Criterion,
    Formatted,
    Hole,
    Instance,
    Members,
    Row,
    Scalar,
    Tuple,
    Value,
)

if TYPE_CHECKING:
    from sessile.flow.machine import Machine
    from sessile.flow.world import World

Piece = str | Hole
#: Pieces remembered of one string.
LONGEST = 60
#: What stands for harmless text that is not known letter by letter.
HARMLESS = "0"
KEEPING = frozenset(
    {
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "capitalize",
        "casefold",
        "swapcase",
        "expandtabs",
        "zfill",
    }
)
_SPEC = re.compile(r"%(?:\((?P<name>\w+)\))?[-+ #0]*(?:\d+|\*)?(?:\.\d+)?(?P<kind>[a-zA-Z%])")
_NUMERIC = frozenset("diouxXeEfFgGn")


def merged(values: list[Value]) -> Value:
    """One value for several that a call may give: of literals some literal, of texts the one that takes most in."""
    if all(value == values[0] for value in values):
        return values[0]
    if not all(is_text(value) or value == SAFE for value in values):
        return UNKNOWN
    built_up = [value for value in values if isinstance(value, Formatted)]
    return max(built_up, key=lambda value: len(value.pieces)) if built_up else SAFE


def is_text(value: Value) -> bool:
    """Whether a value is surely a string."""
    return isinstance(value, Formatted) or (isinstance(value, Const) and isinstance(value.value, str))


def pieces_of(m: Machine, world: World, value: Value, node: ast.expr) -> tuple[Piece, ...]:
    """What a value becomes when it is put into a string."""
    match value:
        case Const(value=held):
            return (str(held),)
        case Formatted(pieces=pieces):
            return pieces
        case Scalar(kind="safe") | AttributeRef() | ClassRef() | Members():
            return (HARMLESS,)
        case BoundMethod() if _of_mapping(value):
            return (HARMLESS,)
        case Instance(handle=handle) | BoundMethod(receiver=Instance(handle=handle)) if _is_enum(world, handle):
            return (HARMLESS,)
    if isinstance(node, ast.Attribute) and node.attr in ("__tablename__", "__name__"):
        return (HARMLESS,)
    known = value is not UNKNOWN or _is_parameter(world, node)
    return (Hole(node, m.site(world, node), known=known, number=_is_number(world, value)),)


def _is_number(world: World, value: Value) -> bool:
    """Whether a value is declared to be a number or the like, or several."""
    match value:
        case Tuple(items=items):
            return bool(items) and all(_is_number(world, each) for each in items)
        case CollectionRef(handle=handle):
            return world.collection(handle).each in (NUMBER, FIXED)
    return value in (NUMBER, FIXED)


def _is_enum(world: World, handle: int) -> bool:
    """Whether an object is a member of an enumeration, which stands in the program itself."""
    return any(facts.qualified.startswith("enum.") for facts in world.instance(handle).facts.mro)


def _of_mapping(value: Value) -> bool:
    """Whether a name comes from the mapping: `User.__table__.name`, `User.id.key`."""
    while isinstance(value, BoundMethod):
        value = value.receiver
    return isinstance(value, ClassRef | AttributeRef | Criterion)


def _is_parameter(world: World, node: ast.expr) -> bool:
    arguments = getattr(world.frame.scope.node, "args", None)
    if not isinstance(node, ast.Name) or not isinstance(arguments, ast.arguments):
        return False
    return any(each.arg == node.id for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))


def built(node: ast.expr, pieces: tuple[Piece, ...]) -> Value:
    """The string of these pieces: a constant if there are no holes."""
    if not any(isinstance(piece, Hole) for piece in pieces):
        return Const("".join(str(piece) for piece in pieces))
    merged: list[Piece] = []
    for piece in pieces:
        if merged and isinstance(piece, str) and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece != "":
            merged.append(piece)
    return Formatted(node, tuple(merged[:LONGEST]))


def added(m: Machine, world: World, node: ast.BinOp, left: Value, right: Value) -> Value:
    """`left + right`."""
    return built(node, (*pieces_of(m, world, left, node.left), *pieces_of(m, world, right, node.right)))


def joined_string(m: Machine, world: World, node: ast.JoinedStr, values: dict[int, Value]) -> Value:
    """An f-string; `values` are those of its expressions, by position."""
    pieces: list[Piece] = []
    for position, item in enumerate(node.values):
        if isinstance(item, ast.FormattedValue):
            number = isinstance(item.format_spec, ast.JoinedStr) and _is_numeric(item.format_spec)
            given = SAFE if number else values[position]
            pieces.extend(pieces_of(m, world, given, item.value))
        elif isinstance(item, ast.Constant):
            pieces.append(str(item.value))
    return built(node, tuple(pieces))


def _is_numeric(spec: ast.JoinedStr) -> bool:
    last = spec.values[-1] if spec.values else None
    return isinstance(last, ast.Constant) and str(last.value)[-1:] in _NUMERIC


def percent(m: Machine, world: World, node: ast.BinOp, left: Value, right: Value) -> Value:
    """`left % right`."""
    given = list(right.items) if isinstance(right, Tuple | Row) else [right]
    nodes = list(node.right.elts) if isinstance(node.right, ast.Tuple) else [node.right] * len(given)
    named = world.collection(right.handle).known if isinstance(right, CollectionRef) else {}
    pieces: list[Piece] = []
    for piece in pieces_of(m, world, left, node.left):
        if isinstance(piece, Hole):
            pieces.append(piece)
            continue
        start = 0
        for spec in _SPEC.finditer(piece):
            pieces.append(piece[start : spec.start()])
            start = spec.end()
            if spec["kind"] == "%":
                pieces.append("%")
            elif spec["name"] is not None:
                pieces.extend(pieces_of(m, world, named.get(repr(spec["name"]), UNKNOWN), node.right))
            else:
                value, where = (given.pop(0), nodes.pop(0)) if given and nodes else (UNKNOWN, node.right)
                pieces.extend([HARMLESS] if spec["kind"] in _NUMERIC else pieces_of(m, world, value, where))
        pieces.append(piece[start:])
    return built(node, tuple(pieces))


def call(m: Machine, world: World, text: Value, name: str, arguments: Arguments, node: ast.Call) -> Value:
    """Call a method of a string."""
    receiver = node.func.value if isinstance(node.func, ast.Attribute) else node
    if name in KEEPING:
        return SAFE if isinstance(text, Const) else text
    match name:
        case "format" | "format_map":
            return _formatted(m, world, text, arguments, node)
        case "join":
            return _joined(m, world, text, arguments, node)
        case "replace" if len(arguments.positional) > 1 and len(node.args) > 1:
            return _replaced(m, world, pieces_of(m, world, text, receiver), arguments, node)
    return UNKNOWN


def _formatted(m: Machine, world: World, text: Value, arguments: Arguments, node: ast.Call) -> Value:
    names = {each.arg: each.value for each in node.keywords if each.arg is not None}
    pieces: list[Piece] = []
    following = 0
    for piece in text.pieces if isinstance(text, Formatted) else (str(getattr(text, "value", "")),):
        if isinstance(piece, Hole):
            pieces.append(piece)
            continue
        for literal, field, spec, _ in _parsed(piece):
            pieces.append(literal)
            if field is None:
                continue
            key = re.split(r"[.\[]", field)[0]
            position = int(key) if key.isdigit() else following if key == "" else -1
            following += key == ""
            value: Value = UNKNOWN
            where: ast.expr = node
            if 0 <= position < min(len(arguments.positional), len(node.args)):
                value, where = arguments.positional[position], node.args[position]
            elif key in arguments.keywords:
                value, where = arguments.keywords[key], names.get(key, node)
            whole = field == key
            number = (spec or "")[-1:] in _NUMERIC
            pieces.extend([HARMLESS] if number else pieces_of(m, world, value if whole else UNKNOWN, where))
    return built(node, tuple(pieces))


def _parsed(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(Formatter().parse(text))
    except ValueError:
        return [(text, None, None, None)]


def _joined(m: Machine, world: World, separator: Value, arguments: Arguments, node: ast.Call) -> Value:
    given = arguments.get(0, "iterable") or UNKNOWN
    between = separator.value if isinstance(separator, Const) and isinstance(separator.value, str) else " "
    where = node.args[0] if node.args else node
    if isinstance(given, CollectionRef):
        state = world.collection(given.handle)
        items = (*state.items, *([state.each] if state.each is not None else []))
    elif isinstance(given, Tuple):
        items = given.items
    elif given == SAFE or isinstance(given, Const):
        return SAFE
    else:
        return Formatted(node, (Hole(where, m.site(world, where), many=True, known=given is not UNKNOWN),))
    pieces: list[Piece] = []
    for position, item in enumerate(items):
        pieces.extend((*([between] if position else []), *pieces_of(m, world, item, _element_of(where))))
    return built(node, tuple(pieces))


def _element_of(node: ast.expr) -> ast.expr:
    return node.elt if isinstance(node, ast.GeneratorExp | ast.ListComp | ast.SetComp) else node


def _replaced(m: Machine, world: World, pieces: tuple[Piece, ...], arguments: Arguments, node: ast.Call) -> Value:
    old, new = arguments.positional[:2]
    if not isinstance(old, Const) or not isinstance(old.value, str) or not old.value:
        return built(node, pieces)
    inside = pieces_of(m, world, new, node.args[1])
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Hole):
            found.append(piece)
            continue
        for position, part in enumerate(piece.split(old.value)):
            found.extend((*(inside if position else ()), part))
    return built(node, tuple(found))
