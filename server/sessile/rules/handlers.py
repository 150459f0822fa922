"""What `except` handlers do, read from their syntax."""

from __future__ import annotations

import ast
from enum import Enum
from typing import TYPE_CHECKING

from sessile.orm.api.calls import LOGGER_METHODS

if TYPE_CHECKING:
    from collections.abc import Iterator

BROAD = frozenset({"Exception", "BaseException", "SQLAlchemyError", "DBAPIError"})
LOGS = frozenset(
    {"print", "print_exc", "print_exception", "warn", "capture_exception", "capture_message", "echo", "secho"}
)
CLEANS_UP = frozenset(
    {"rollback", "close", "aclose", "expunge", "expunge_all", "expire_all", "invalidate", "reset", "remove"}
)
ENDS_PROGRAM = frozenset({"exit", "_exit", "quit", "abort"})


class Deed(Enum):
    """What a statement of a handler is good for."""

    SILENCE = "pass, continue, break"
    LOG = "a line in a log"
    CLEANUP = "a rollback or close"
    ABSENCE = "a variable becomes None or empty"
    RETURN = "return"
    RAISE = "raise, or the end of the program"
    OTHER = "anything else; it may tell somebody of the failure"


def is_broad(kind: ast.expr | None) -> bool:
    """Whether the classes after `except` include whatever a database may raise."""
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(each is None or last_name(each) in BROAD for each in kinds)


def last_name(node: ast.expr) -> str:
    """The last part of a dotted name; empty for anything else."""
    return getattr(node, "attr", getattr(node, "id", ""))


def deeds(handler: ast.ExceptHandler, function: ast.AST) -> frozenset[Deed]:
    """What a handler does, its branches included; `function` is where its variables may be read later."""
    private = _names(handler, ast.Store) - _read_outside(handler, function)
    return frozenset(_deed(statement, private) for statement in flat(handler.body))


def flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The simple statements of a body, those under `if`, `with` and `try` included."""
    for statement in body:
        match statement:
            case ast.If() | ast.With() | ast.AsyncWith() | ast.Try():
                yield from flat(statement.body)
                yield from flat(getattr(statement, "orelse", []))
                yield from flat(getattr(statement, "finalbody", []))
            case _:
                yield statement


def _deed(statement: ast.stmt, private: set[str]) -> Deed:
    match statement:
        case ast.Pass() | ast.Continue() | ast.Break() | ast.Import() | ast.ImportFrom() | ast.Delete():
            return Deed.SILENCE
        case ast.Expr(value=ast.Constant()):
            return Deed.SILENCE
        case ast.Raise():
            return Deed.RAISE
        case ast.Return():
            return Deed.RETURN
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            if name in private:
                return Deed.SILENCE
            return Deed.ABSENCE if is_stand_in(value) else Deed.OTHER
        case ast.Expr(value=ast.Call() as call) | ast.Expr(value=ast.Await(value=ast.Call() as call)):
            return _called(call)
    return Deed.OTHER


def is_log(statement: ast.AST) -> bool:
    """Whether a statement only writes to a log."""
    return isinstance(statement, ast.Expr) and _deed(statement, set()) is Deed.LOG


def _called(call: ast.Call) -> Deed:
    *path, name = _parts(call.func)
    if (
        name in LOGS
        or "log" in name.lower()
        or (name in LOGGER_METHODS and any("log" in each.lower() for each in path))
    ):
        return Deed.LOG
    if name in CLEANS_UP:
        return Deed.CLEANUP
    return Deed.RAISE if name in ENDS_PROGRAM else Deed.OTHER


def _parts(node: ast.expr) -> list[str]:
    """The names in `a.b().c`, outermost object first."""
    match node:
        case ast.Attribute(value=value, attr=attr):
            return [*_parts(value), attr]
        case ast.Call(func=func):
            return _parts(func)
        case ast.Name(id=name):
            return [name]
    return [""]


def _names(tree: ast.AST, context: type[ast.expr_context]) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, context)}


def _read_outside(handler: ast.AST, function: ast.AST) -> set[str]:
    """Names that a function reads somewhere else than in the handler."""
    todo, found = [function], set[str]()
    while todo:
        node = todo.pop()
        if node is handler:
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        todo.extend(ast.iter_child_nodes(node))
    return found


def selects(handler: ast.ExceptHandler) -> bool:
    """Whether a handler looks at what it caught and raises the rest again."""
    tests = [node.test for node in ast.walk(handler) if isinstance(node, ast.If)]
    raises = any(isinstance(node, ast.Raise) for node in ast.walk(handler))
    return raises and handler.name is not None and any(handler.name in _names(test, ast.Load) for test in tests)


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
