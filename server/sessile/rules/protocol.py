"""Whether what a handler returns can mean nothing but a failure, so that callers learn of it, if not of its reason.

`False` of a function whose success gives `True` does; so does `None` of one whose annotation announces it, that says
why in its log, and that gives something for sure wherever else it ends.
"""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

from sessile.flow.scopes import own_nodes
from sessile.flow.values import Entity
from sessile.rules.aftermath import path_to
from sessile.rules.handlers import is_broad, is_log, is_stand_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.events import HandlerReached
    from sessile.flow.world import World


def only_failure_gives(event: HandlerReached, returned: ast.Return | None) -> bool:
    """Whether the function of a handler returns this where it failed and nowhere else."""
    function = event.world.frame.scope.node
    value = returned.value if returned is not None else None
    if isinstance(value, ast.Constant) and value.value is False:
        given = list(_given(function))
        return bool(given) and all(isinstance(each.value, ast.Constant) and each.value.value is True for each in given)
    announced = value is None or (isinstance(value, ast.Constant) and value.value is None)
    return announced and returned is not None and _says_so(event) and _always_gives(event.world, function)


def _given(function: ast.AST) -> Iterator[ast.Return]:
    """The `return` statements of a function that are in no broad handler."""
    nodes = list(own_nodes(function))
    broad = [node for node in nodes if isinstance(node, ast.ExceptHandler) and is_broad(node.type)]
    handled = {id(each) for node in broad for each in ast.walk(node)}
    return (node for node in nodes if isinstance(node, ast.Return) and id(node) not in handled)


def _says_so(event: HandlerReached) -> bool:
    """Whether the annotation announces None and the log says why it came."""
    annotation = getattr(event.world.frame.scope.node, "returns", None)
    handler = event.handler
    if annotation is None or handler is None or not any(is_log(each) for each in handler.body):
        return False
    text = ast.unparse(annotation)
    return "Optional[" in text or "None" in text


def _always_gives(world: World, function: ast.AST) -> bool:
    given = list(_given(function))
    ends = _ends(getattr(function, "body", []))
    return ends and bool(given) and all(_is_something(world, function, each) for each in given)


def _ends(body: list[ast.stmt]) -> bool:
    """Whether a body is left by `return` or `raise` on every way."""
    match body[-1] if body else None:
        case ast.Return() | ast.Raise():
            return True
        case ast.If(body=then, orelse=otherwise):
            return _ends(then) and _ends(otherwise)
        case ast.With(body=inner) | ast.AsyncWith(body=inner):
            return _ends(inner)
        case ast.Try(body=tried, handlers=handlers, orelse=otherwise, finalbody=last):
            left = _ends(otherwise) if otherwise else _ends(tried)
            return _ends(last) or (left and all(_ends(each.body) for each in handlers))
    return False


def _is_something(world: World, function: ast.AST, node: ast.Return) -> bool:
    """Whether a `return` gives an object, or a variable that was tested just before."""
    match node.value:
        case ast.Name(id=name):
            held = world.lookup(name)
            known = isinstance(held, Entity) and not held.optional
            return known or any(_finds(each, name) for each in _tests(function, node))
        case ast.Constant() | ast.Dict() | ast.List() | ast.Tuple() | ast.JoinedStr():
            return not is_stand_in(node.value)
    return False


def _tests(function: ast.AST, node: ast.Return) -> Iterator[ast.expr]:
    """The conditions under which a statement runs."""
    for outer, inner in pairwise(path_to(function, node)):
        if isinstance(outer, ast.If) and inner in outer.body:
            yield outer.test


def _finds(test: ast.expr, name: str) -> bool:
    """Whether a variable is something if a condition holds: `x`, `x is not None`, or one of them and more."""
    match test:
        case ast.Name(id=found):
            return found == name
        case ast.Compare(left=ast.Name(id=found), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return found == name
        case ast.BoolOp(op=ast.And(), values=values):
            return any(_finds(each, name) for each in values)
    return False
