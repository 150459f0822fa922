"""Health checks: database calls of which only one thing is asked, whether they fail."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.flow.events import HandlerReached

_TRIVIAL = re.compile(r"\s*select\s+(1|version\(\)|now\(\))\s*;?\s*$", re.IGNORECASE)
_SELECT = re.compile(r"\s*select\b", re.IGNORECASE)


def only_probes(event: HandlerReached) -> bool:
    """Whether every call in the `try` that talks to the database is a probe: a trivial SELECT, or one whose rows
    nobody looks at."""
    body: list[ast.stmt] = getattr(event.statement, "body", [])
    calls = {id(node) for part in body for node in ast.walk(part)}
    ignored = {id(_call(part.value)) for part in body if isinstance(part, ast.Expr)}
    return all(
        id(work.site.node) in calls and _is_probe(work.site.node, id(work.site.node) in ignored)
        for work in event.all_work
    )


def _call(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Await) else node


def _is_probe(node: ast.AST, ignored: bool) -> bool:
    match node:
        case ast.Call(args=[ast.Call(func=func, args=[ast.Constant(value=value)]), *_]):
            name = getattr(func, "attr", getattr(func, "id", ""))
            if name == "text" and isinstance(value, str):
                return bool((_SELECT if ignored else _TRIVIAL).match(value))
            return name == "select"
        case ast.Call(args=[ast.Call(func=ast.Name(id="select")), *_]):
            return ignored
    return False
