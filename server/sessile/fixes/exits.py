"""The ways out of a suite, and which of them a statement has to be put in front of."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessile.fixes import statements, tree
from sessile.rules.repair import at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sessile.fixes.changes import Changes
    from sessile.flow.story import Site

LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


@dataclass(frozen=True)
class Exit:
    """A way out: before `statement` (a return, break or continue), or behind it if `falls` off the end."""

    statement: Site
    falls: bool = False

    def insert(self, changes: Changes, *texts: str) -> None:
        """Insert simple statements right before the suite is left."""
        for text in texts:
            if self.falls:
                statements.insert_after(changes, self.statement, text)
            else:
                statements.insert_before(changes, self.statement, text)


def exits(site: Site, body: list[ast.stmt], after: ast.AST | None, settled: Callable[[ast.stmt], bool]) -> list[Exit]:
    """The ways out of `body` that come after the node `after`, the end first.

    Left out are those that a statement of which `settled` holds stands before, on the straight way from `after`.
    """
    found: list[Exit] = []
    if body and not terminates(body[-1]) and not any(_comes_after(each, after) and settled(each) for each in body):
        found.append(Exit(at(site, body[-1]), falls=True))
    leaving = [
        each
        for each in leaves(body)
        if not isinstance(each, ast.Raise)
        and _comes_after(each, after)
        and not _settled(site, each, body, after, settled)
    ]
    return found + [Exit(at(site, each)) for each in reversed(leaving)]


def leaves(body: list[ast.stmt], loops: int = 0) -> Iterator[ast.stmt]:
    """The statements that leave a suite: returns, and what leaves a loop around it."""
    for each in body:
        if isinstance(each, ast.Return | ast.Raise) or (isinstance(each, ast.Break | ast.Continue) and not loops):
            yield each
        elif not isinstance(each, (*tree.Definition, ast.ClassDef)):
            inside = loops + isinstance(each, ast.For | ast.AsyncFor | ast.While)
            for inner in tree.suites(each):
                yield from leaves(inner, inside)


def terminates(node: ast.stmt) -> bool:
    """Whether what follows a statement is never reached, as far as its syntax tells."""
    match node:
        case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
            return True
        case ast.If(body=body, orelse=orelse):
            return bool(orelse) and terminates(body[-1]) and terminates(orelse[-1])
        case ast.With(body=body) | ast.AsyncWith(body=body):
            return terminates(body[-1])
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=finalbody):
            if finalbody and terminates(finalbody[-1]):
                return True
            return terminates((orelse or body)[-1]) and all(terminates(each.body[-1]) for each in handlers)
        case ast.While(test=ast.Constant(value=True), body=body):
            return not any(isinstance(each, ast.Break) for each in leaves(body))
    return False


def _comes_after(node: ast.stmt, after: ast.AST | None) -> bool:
    line, column = getattr(after, "lineno", 0), getattr(after, "col_offset", 0)
    return (node.end_lineno or node.lineno, node.end_col_offset or 0) > (line, column)


def _settled(
    site: Site, node: ast.stmt, body: list[ast.stmt], after: ast.AST | None, settled: Callable[[ast.stmt], bool]
) -> bool:
    """Whether a settling statement stands before `node` in its suite or one around it, up to `body`."""
    here = at(site, node)
    while True:
        held = tree.suite(here)
        if any(settled(each) and _comes_after(each, after) for each in held.statements[: held.place]):
            return True
        if held.statements is body or not isinstance(held.owner, ast.stmt | ast.ExceptHandler | ast.match_case):
            return False
        owner: ast.AST = held.owner
        while not isinstance(owner, ast.stmt):
            owner = tree.parent(at(site, owner))
        here = at(site, owner)
