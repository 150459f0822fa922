"""Whether a statement may give no row at all, so that `first()` gives None.

An aggregate without GROUP BY gives one row whatever is there, as does what has no FROM, or an INSERT with RETURNING.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessile.flow.values import UNKNOWN, AttributeRef, ClassRef, Scalar

if TYPE_CHECKING:
    from sessile.flow.values import Statement

#: After these even an aggregate may give no row.
LIMITING = frozenset({"group_by", "having", "limit", "offset", "slice", "fetch"})
SELECTING = re.compile(r"\s*select\b(?!.*\b(?:count|sum|min|max|avg|total|exists)\s*\().*\bfrom\b", re.I | re.S)


def may_be_missing(statement: Statement) -> bool:
    """Whether there may be no row, as far as the statement is known."""
    if statement.kind == "text":
        return SELECTING.match(statement.text) is not None
    if statement.kind in ("update", "delete"):
        return bool(statement.columns)
    if statement.kind != "select" or not statement.columns or UNKNOWN in statement.columns:
        return False
    if always_one(statement):
        return False
    return any(isinstance(column, ClassRef | AttributeRef) for column in statement.columns) or _from(statement)


def always_one(statement: Statement) -> bool:
    """Whether all columns are aggregates, over everything there is."""
    aggregates = all(isinstance(column, Scalar) and column.aggregate for column in statement.columns)
    return aggregates and not LIMITING & set(statement.chain)


def _from(statement: Statement) -> bool:
    return bool({"select_from", "join", "where", "filter", "filter_by"} & set(statement.chain))
