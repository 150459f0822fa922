"""What `except` handlers do, read from their syntax."""

from __future__ import annotations

import ast

BROAD = frozenset({"Exception", "BaseException", "SQLAlchemyError", "DBAPIError"})


def is_broad(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches whatever a database may raise."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or getattr(kind, "id", getattr(kind, "attr", "")) in BROAD for kind in kinds)


def reraises(handler: ast.ExceptHandler) -> bool:
    """Whether some path of a handler raises."""
    return any(isinstance(node, ast.Raise) for node in ast.walk(handler))


def stand_in(handler: ast.ExceptHandler) -> ast.Return | None:
    """The `return` of a value that looks like "nothing there", if that is how the handler ends."""
    last = handler.body[-1]
    if reraises(handler) or not isinstance(last, ast.Return):
        return None
    return last if is_stand_in(last.value) else None


def is_stand_in(value: ast.expr | None) -> bool:
    """None, False, 0, -1, "" or an empty container, alone or all items of a tuple."""
    match value:
        case None | ast.Constant(value=None | False | 0 | ""):
            return True
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            return True
        case ast.List(elts=[]) | ast.Dict(keys=[]):
            return True
        case ast.Tuple(elts=elts):
            return all(is_stand_in(each) for each in elts)
        case ast.Call(func=ast.Name(id="list" | "dict" | "set" | "tuple"), args=[], keywords=[]):
            return True
    return False
