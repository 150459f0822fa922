"""`result.rowcount`: where it is zero, the statement has changed nothing, and nothing is lost without a commit."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.records import record
from sessile.flow.values import Value

if TYPE_CHECKING:
    from sessile.flow.story import Site
    from sessile.flow.world import ResultState, World

#: Comparisons with an integer that hold for zero alone, and those that hold for all but zero, if it is a count.
ZERO = {(ast.Eq, 0), (ast.LtE, 0), (ast.Lt, 1)}
SOME = {(ast.NotEq, 0), (ast.Gt, 0), (ast.GtE, 1)}


@record(frozen=True, slots=True)
class RowCount(Value):
    """How many rows the statement that ran at `site` has changed."""

    session: int
    site: Site


def of_result(state: ResultState) -> RowCount | None:
    """The number of rows that a statement changed, if a session ran it."""
    if state.session is None or state.site is None:
        return None
    return RowCount(state.session, state.site)


def is_zero(test: ast.expr, wanted: bool) -> ast.expr | None:
    """What is zero where a test holds, or does not; None where the test says nothing of that."""
    match test:
        case ast.Compare(left=left, ops=[operator], comparators=[ast.Constant(value=int() as bound)]):
            return left if (type(operator), bound) in (ZERO if wanted else SOME) else None
    return None if wanted or isinstance(test, ast.Compare) else test


def assume(world: World, value: Value) -> None:
    """A number of rows is zero: the statement, as it ran last, is no change."""
    if not isinstance(value, RowCount):
        return
    writes = world.session(value.session).writes
    newest = max((place for place, each in enumerate(writes) if each.site.key == value.site.key), default=None)
    if newest is not None:
        left = writes[:newest] + writes[newest + 1 :]
        world.update(value.session, writes=left, dirty=bool(left))
