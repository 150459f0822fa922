"""Handlers that hide a failure: they raise it again, or roll back first."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.fixes import calls, statements, tree
from sessile.fixes.changes import Changes
from sessile.flow.story import Site
from sessile.rules.repair import NotRepairable, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem


def reraise(problem: Problem, source: Source) -> Iterator[Draft]:
    """End the handler with `raise`, in the place of what pretends that nothing happened."""
    handler = problem.data["handler"]
    if not isinstance(handler, ast.ExceptHandler):
        raise NotRepairable("the handler is not known")
    changes = Changes(source)
    last = at(problem.site, handler.body[-1])
    if pretends(handler.body[-1]):
        changes.replace(last, "raise")
    else:
        statements.insert_after(changes, last, "raise")
    yield changes.draft()


def pretends(node: ast.stmt) -> bool:
    """Whether a statement does nothing but go on."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Return | ast.Pass | ast.Continue | ast.Break)


def roll_back(problem: Problem, source: Source) -> Iterator[Draft]:
    """Roll back as the first thing in the handler that catches what made the session unusable."""
    failed = problem.data["failed"]
    if not isinstance(failed, Site):
        raise NotRepairable("the failure is out of sight")
    handler = handler_around(failed)
    session = source.text(at(failed, calls.method(failed).value))
    call = f"{session}.rollback()"
    changes = Changes(source)
    awaited = isinstance(tree.parent(failed), ast.Await)
    statements.insert_before(changes, at(failed, handler.body[0]), f"await {call}" if awaited else call)
    yield changes.draft(f"Call {call} first in the handler")


def handler_around(site: Site) -> ast.ExceptHandler:
    """The handler that catches what a node raises: the broadest of the innermost `try` that has any."""
    inner: ast.AST = site.node
    for node in tree.ancestors(site):
        if isinstance(node, ast.Try) and node.handlers and any(each is inner for each in node.body):
            return node.handlers[-1]
        inner = node
    raise NotRepairable("no handler catches it")
