"""Brings an instance into the state in which its session takes it: flushed, or added."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from sessile.fixes import statements, tree
from sessile.fixes.changes import Changes
from sessile.fixes.refreshing import awaited, receiver_text
from sessile.flow.story import Site
from sessile.orm.api.membership import Standing
from sessile.rules.repair import NotRepairable, attempts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem


def take_in(problem: Problem, source: Source) -> Iterator[Draft]:
    """Call `flush()` or `add(instance)` before the call that was refused."""
    call = problem.data["call"]
    if not isinstance(call, Site) or not isinstance(call.node, ast.Call):
        raise NotRepairable("no call")
    yield from attempts(partial(_draft, problem, source, call, call.node))


def _draft(problem: Problem, source: Source, site: Site, call: ast.Call) -> Draft:
    session, statement = receiver_text(source, site), tree.statement(site)
    first = call.args[0] if call.args else None
    if not isinstance(statement.node, ast.Expr) or not isinstance(first, ast.Name):
        raise NotRepairable("the call is part of a larger statement, or the instance has no name")
    changes = Changes(source)
    pending = problem.data["standing"] is Standing.PENDING
    wanted = _flush(site, session, call) if pending else f"{session}.add({first.id})"
    statements.insert_before(changes, statement, wanted)
    return changes.draft(f"Call {wanted} first")


def _flush(site: Site, session: str, call: ast.Call) -> str:
    """`expire` is no coroutine, so that in a coroutine nothing tells whether the flush would have to be awaited."""
    assert isinstance(call.func, ast.Attribute)
    scope = tree.function(site)
    if call.func.attr == "expire" and scope is not None and isinstance(scope.node, ast.AsyncFunctionDef):
        raise NotRepairable("nothing tells whether flush() is to be awaited")
    return awaited(site, f"{session}.flush()")
