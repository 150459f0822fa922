"""A flush straight after a commit."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Problem, Rule

if TYPE_CHECKING:
    from sessile.rules.context import SyntaxContext

RULE = Rule("COMMIT004", "flush-after-commit", Severity.HINT, Applicability.SAFE)


@RULE.visits(ast.Expr)
def check(node: ast.Expr, context: SyntaxContext) -> Problem | None:
    """The statement before, in the same block, commits the same session."""
    session = _receiver(node, "flush")
    before = _before(node, context)
    if session is None or before is None or _receiver(before, "commit") != session:
        return None
    message = (
        "this flush does nothing, as commit() has just written everything that was pending; remove it, or move it "
        "before the commit if something there needs what the database computes"
    )
    return Problem(RULE, context.site(node), message, data={"statement": node, "commit": before})


def _receiver(node: ast.stmt, method: str) -> str | None:
    """The source of `x` in `x.method()`, awaited or not, as a statement."""
    match node:
        case ast.Expr(value=ast.Await(value=ast.Call() as call)) | ast.Expr(value=ast.Call() as call):
            if isinstance(call.func, ast.Attribute) and call.func.attr == method and not call.args + call.keywords:
                return ast.dump(call.func.value)
    return None


def _before(node: ast.stmt, context: SyntaxContext) -> ast.stmt | None:
    """The statement before this one in the same block."""
    parent = context.parents[-1] if context.parents else None
    for name in ("body", "orelse", "finalbody"):
        body = getattr(parent, name, None)
        if isinstance(body, list) and node in body and body.index(node) > 0:
            found: ast.stmt = body[body.index(node) - 1]
            return found
    return None
