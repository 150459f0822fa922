"""Whether a called function goes wrong all by itself, so that its own analysis tells of it, and its callers need not.

That is so if what goes wrong was made inside the call, or is known there from the function's own annotations.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.scopes import parameters
from sessile.flow.values import (
    ClassRef,
    CollectionRef,
    Const,
    Formatted,
    Function,
    Hole,
    Instance,
    LoaderOption,
    Query,
    Statement,
    Tuple,
    Value,
)
from sessile.orm.hints import SESSION_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessile.flow.frames import Frame
    from sessile.flow.world import World

#: Values by which a caller decides what a function does; nothing is known of them where it is analysed alone.
DECIDING = ClassRef | Function | LoaderOption | Query | Statement


def told_below(world: World, handles: Iterable[int | None]) -> bool:
    """Whether the analysis of the function that was called tells of what concerns these objects."""
    if len(world.frames) < 2:
        return False
    frame = world.frames[1]
    given = _given(frame)
    if given is None or any(value is not None and _decides(world, value) for _, value in given):
        return False
    return all(handle is None or handle >= frame.born or _known_alone(world, given, handle) for handle in handles)


def text_told_below(world: World, text: Value) -> bool:
    """The same of SQL text: whether it was made inside the call, or is a text by the function's own annotation."""
    if len(world.frames) < 2:
        return False
    given = _given(world.frames[1])
    if given is None:
        return False
    return not any(_lends(value, text) and parameter.annotation is None for parameter, value in given) and not any(
        isinstance(value, Formatted) and _lends(value, text) for _, value in given
    )


def origin_of(world: World, node: ast.expr, number: int | None = None) -> tuple[int, ast.expr]:
    """Where the value of an expression of the running function comes from, through parameters and calls.

    Gives the number of the frame (0 is the entry) and the expression there; a parameter of the entry stays one.
    `number`: of the frame to begin with, if not the running one.
    """
    number = len(world.frames) - 1 if number is None else number
    while number > 0:
        found = _argument(world, number, node)
        if found is None or (isinstance(node, ast.Name) and node.id in world.frames[number].scope.assigned):
            break
        number, node = found
    return number, node


def is_parameter(frame: Frame, node: ast.expr) -> bool:
    """Whether an expression is a parameter of a function."""
    function = frame.scope.node
    if not isinstance(node, ast.Name) or not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return any(parameter.arg == node.id for parameter, _, _ in parameters(function))


def _argument(world: World, number: int, node: ast.expr) -> tuple[int, ast.expr] | None:
    """The expression that the call of a function gives for a parameter of it, and the number of the frame it is in."""
    frame = world.frames[number]
    function, call = frame.scope.node, _call(frame)
    if call is None or not is_parameter(frame, node) or not isinstance(node, ast.Name):
        return None
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    names = _positional_names(function)
    if node.id in names and (found := _at(world, number, names.index(node.id) - _is_bound(call, names))) is not None:
        return found
    return _by_name(world, number, node.id)


def _call(frame: Frame) -> ast.Call | None:
    node = frame.call.node if frame.call is not None else None
    return node if isinstance(node, ast.Call) else None


def _positional_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [parameter.arg for parameter, kind, _ in parameters(function) if kind == "positional"]


def _is_bound(call: ast.Call, names: list[str]) -> bool:
    """Whether the first parameter is the object that a method is called on, not an argument of the call."""
    given = getattr(call.args[0], "id", "") if call.args else ""
    return names[:1] in (["self"], ["cls"]) and (isinstance(call.func, ast.Attribute) or given not in ("self", "cls"))


def _at(world: World, number: int, place: int) -> tuple[int, ast.expr] | None:
    """A positional argument of the call that led to a frame; through `*args` of a wrapper to that of its own call."""
    call, below = _call(world.frames[number]), world.frames[number - 1].scope.node
    for index, argument in enumerate(call.args if call is not None else ()):
        if isinstance(argument, ast.Starred):
            if not isinstance(below, ast.FunctionDef | ast.AsyncFunctionDef) or number == 1:
                return None
            outer, rest, names = _call(world.frames[number - 1]), below.args.vararg, _positional_names(below)
            if outer is None or rest is None or getattr(argument.value, "id", "") != rest.arg:
                return None
            return _at(world, number - 1, len(names) + place - index - _is_bound(outer, names))
        if index == place:
            return number - 1, argument
    return None


def _by_name(world: World, number: int, name: str) -> tuple[int, ast.expr] | None:
    """A named argument of the call that led to a frame, likewise through `**kwargs`."""
    call, below = _call(world.frames[number]), world.frames[number - 1].scope.node
    for keyword in call.keywords if call is not None else ():
        if keyword.arg == name:
            return number - 1, keyword.value
        rest = below.args.kwarg if isinstance(below, ast.FunctionDef | ast.AsyncFunctionDef) else None
        if keyword.arg is None and rest is not None and getattr(keyword.value, "id", "") == rest.arg and number > 1:
            return _by_name(world, number - 1, name)
    return None


def _lends(value: Value | None, text: Value) -> bool:
    """Whether a text is an argument, or holds what an argument held."""
    if isinstance(value, Formatted) and isinstance(text, Formatted):
        holes = {piece for piece in text.pieces if isinstance(piece, Hole)}
        return any(piece in holes for piece in value.pieces)
    return isinstance(value, Const) and value == text


def _given(frame: Frame) -> list[tuple[ast.arg, Value | None]] | None:
    """The parameters of a function that is also analysed alone, as they are now; None for any other."""
    node, outer = frame.scope.node, frame.scope.parent
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    if outer is not None and not isinstance(outer.node, ast.ClassDef | ast.Module):
        return None
    return [(parameter, frame.variables.get(parameter.arg)) for parameter, _, _ in parameters(node)]


def _decides(world: World, value: Value) -> bool:
    match value:
        case Tuple(items=items):
            return any(_decides(world, each) for each in items)
        case CollectionRef(handle=handle):
            state = world.collection(handle)
            return any(_decides(world, each) for each in (*state.items, *([state.each] if state.each else [])))
    return isinstance(value, DECIDING)


def _known_alone(world: World, given: list[tuple[ast.arg, Value | None]], handle: int) -> bool:
    """Whether a parameter that says what it is, or the function's own object, holds this."""
    for parameter, value in given:
        if getattr(value, "handle", None) == handle:
            return parameter.annotation is not None or parameter.arg in SESSION_NAMES
        if isinstance(value, Instance) and any(
            getattr(each, "handle", None) == handle for each in world.instance(value.handle).attributes.values()
        ):
            return True
    return False
