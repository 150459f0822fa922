"""Handlers that hide a failure: they raise it again, or roll back first."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.fixes import calls, statements, tree
from sessile.fixes.changes import Changes
from sessile.flow.story import Site
from sessile.flow.world import SessionState
from sessile.rules.handlers import is_broad
from sessile.rules.repair import NotRepairable, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem

#: What names of sessions are made of.
SESSION_WORDS = ("session", "db", "conn")
#: How many names are tried.
MOST = 4


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


def is_silent(handler: ast.ExceptHandler) -> bool:
    """Whether a handler of all failures does nothing."""
    return is_broad(handler.type) and all(pretends(each) and not isinstance(each, ast.Return) for each in handler.body)


def roll_back(problem: Problem, source: Source) -> Iterator[Draft]:
    """Roll back as the first thing in the handler that catches what made the session unusable."""
    handled, state = problem.data["handled"], problem.data["session"]
    if not isinstance(handled, Site) or not isinstance(handled.node, ast.ExceptHandler):
        raise NotRepairable("no handler catches the failure")
    failed = state.failed or state.aborted if isinstance(state, SessionState) else None
    if failed is None or not isinstance(state, SessionState):
        raise NotRepairable("the failure is out of sight")
    if state.transactions:
        yield from reraise(problem, source)
        return
    for session in sessions(handled, failed)[:MOST]:
        call = f"{session}.rollback()"
        changes = Changes(source)
        first = at(handled, handled.node.body[0])
        text = f"await {call}" if state.asynchronous else call
        if is_silent(handled.node):  # a rollback would make it no better, and no rule would speak of it any more
            statements.insert_before(changes, first, text)
            changes.replace(at(handled, handled.node.body[-1]), "raise")
        elif isinstance(first.node, ast.Pass):
            changes.replace(first, text)
        else:
            statements.insert_before(changes, first, text)
        yield changes.draft(f"Call {call} first in the handler")


def sessions(handled: Site, failed: Site) -> list[str]:
    """What the session may be called in the function of a handler, the likeliest first.

    What the failing method is called on, where that is in the same function; else what is handed to calls in the `try`.
    """
    around, there = tree.function(handled), tree.function(failed)
    if around is not None and there is not None and around.node is there.node:
        own = tree.name_of(calls.method(failed).value)
        return [own] if own else []
    block = tree.parent(handled)
    nodes = [node for node in ast.walk(block) if isinstance(node, ast.Call)]
    given = [each for node in nodes for each in (*node.args, *(keyword.value for keyword in node.keywords))]
    names = [tree.name_of(each) for each in given if isinstance(each, ast.Name | ast.Attribute)]
    called = [tree.name_of(node.func.value) for node in nodes if isinstance(node.func, ast.Attribute)]
    found = dict.fromkeys(name for name in (*names, *called) if name)
    return sorted(found, key=lambda name: not any(word in name.lower() for word in SESSION_WORDS))
