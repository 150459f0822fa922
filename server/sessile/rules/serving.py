"""Whether code serves whatever comes: a loop without an end, and what only it calls. One failure must not stop that."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.scopes import own_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.scopes import Scope

#: Methods whose asynchronous iteration goes on as long as something comes.
STREAMS = frozenset({"subscribe", "listen", "consume", "watch", "stream", "messages", "events"})


def serves(statement: ast.stmt, scope: Scope) -> bool:
    """Whether a statement is part of a loop without an end, or its module calls the function in such loops only."""
    if any(statement is each for loop in _endless(own_nodes(scope.node)) for each in ast.walk(loop)):
        return True
    name = getattr(scope.node, "name", "")
    trees = [placed.block.tree for placed in scope.module.module.blocks if name in placed.block.names]
    calls = [node for tree in trees for node in ast.walk(tree) if _calls(node, name)]
    inside = {id(each) for tree in trees for loop in _endless(ast.walk(tree)) for each in ast.walk(loop)}
    return bool(calls) and all(id(each) in inside for each in calls)


def _endless(nodes: Iterator[ast.AST]) -> Iterator[ast.AST]:
    for node in nodes:
        match node:
            case ast.While(test=ast.Constant(value=value)) if value:
                yield node
            case ast.AsyncFor(iter=ast.Call(func=ast.Attribute(attr=attr))) if attr in STREAMS:
                yield node


def _calls(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == name
