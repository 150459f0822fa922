"""Calls that end a path, and calls of which nobody here can say whether they do.

`abort(404)` raises. What `fail("no such user")` of a package out of sight does is not known; where it stands last in a
branch and nobody wants its result it may well be what ends the branch, as `raise` would. The path on which it returns
is followed, but it is doubtful: nothing that is found further on is an error.
"""

from __future__ import annotations

import ast
import builtins
import sys
from typing import TYPE_CHECKING

from sessile.flow.definitions import method
from sessile.flow.machine import Failure, Raised
from sessile.flow.names import global_value, member
from sessile.flow.scopes import own_nodes
from sessile.flow.values import UNKNOWN, External, Function, ModuleRef, Value
from sessile.orm.api.calls import ENDS, LOGGER_METHODS, RETURNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.machine import Machine
    from sessile.flow.scopes import Scope
    from sessile.flow.world import World

#: Parts of the names of methods that may end what calls them.
ENDING_WORDS = frozenset(
    {"abort", "deny", "die", "error", "exit", "fail", "failure", "halt", "panic", "raise", "reject", "skip", "throw"}
)


def end(m: Machine, world: World, name: str, node: ast.AST) -> None:
    """Raise what a well-known call raises that never returns; nothing for any other call."""
    raised = ENDS.get(name)
    if raised is not None:
        raise Raised(Failure(raised, m.site(world, node)))


def perhaps_end(world: World, node: ast.AST, name: str = "") -> None:
    """Let the path be doubtful if a call that is not followed may be its end; `name` is the dotted name, if known."""
    if not world.doubtful and node in world.frame.scope.endings and isinstance(node, ast.Call):
        world.doubtful = not _returns(node.func, name)


def _returns(called: ast.expr, name: str) -> bool:
    """Whether a call surely returns, unless it fails."""
    if name:
        return name in RETURNS or hasattr(builtins, name) or name.partition(".")[0] in sys.stdlib_module_names
    last = getattr(called, "attr", None)
    if last is None:
        return False
    return last in LOGGER_METHODS or not ENDING_WORDS & set(last.split("_"))


def never_returns(m: Machine, scope: Scope, seen: frozenset[ast.AST] = frozenset()) -> bool:
    """Whether a function always raises, as its syntax and that of the functions that it calls last tell."""
    node = scope.node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or scope.generator or node in seen:
        return False
    if any(isinstance(each, ast.Return) for each in own_nodes(node)):
        return False
    return _ends(m, scope, node.body, seen | {node})


def _ends(m: Machine, scope: Scope, body: list[ast.stmt], seen: frozenset[ast.AST]) -> bool:
    """Whether the end of a list of statements, in which nothing returns, is never reached."""
    match body[-1] if body else None:
        case ast.Raise():
            return True
        case ast.If(body=yes, orelse=no):
            return _ends(m, scope, yes, seen) and _ends(m, scope, no, seen)
        case ast.Try(body=tried, handlers=handlers, orelse=after, finalbody=last):
            parts = [after or tried, *(each.body for each in handlers)]
            return _ends(m, scope, last, seen) or all(_ends(m, scope, each, seen) for each in parts)
        case ast.Expr(value=ast.Call(func=called)) | ast.Expr(value=ast.Await(value=ast.Call(func=called))):
            match _called(m, scope, called):
                case External(name=name):
                    return name.removeprefix("builtins.") in ENDS
                case Function(scope=inner):
                    return never_returns(m, inner, seen)
    return False


def _called(m: Machine, scope: Scope, called: ast.expr) -> Value:
    """What a name, a member of a module or a method of the own class stands for."""
    match called:
        case ast.Name(id=name):
            return global_value(m, scope.module, name)
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name) if scope.owner is not None:
            return method(scope.owner, name) or UNKNOWN
        case ast.Attribute(value=ast.Name(id=base), attr=name):
            holder = global_value(m, scope.module, base)
            if isinstance(holder, ModuleRef):
                return member(m, holder, name)
            return External(f"{holder.name}.{name}") if isinstance(holder, External) else UNKNOWN
    return UNKNOWN


def endings(node: ast.AST) -> Iterator[ast.Call]:
    """The calls of a function that stand last in a branch and whose results nobody wants."""
    for each in ast.walk(node):
        for body in _branches(each):
            match body[-1]:
                case ast.Expr(value=ast.Call() as call) | ast.Expr(value=ast.Await(value=ast.Call() as call)):
                    yield call


def _branches(node: ast.AST) -> list[list[ast.stmt]]:
    match node:
        case ast.If():
            return [node.body, *([node.orelse] if node.orelse else [])]
        case ast.ExceptHandler() | ast.match_case():
            return [node.body]
    return []
