"""SQLModel's `exec` is given a statement that is not made by SQLModel's `select`, and its Rows are used as entities.

`data`: see `rows`; besides, `how` is the kind of use, and `kind` that of the statement. The fix imports SQLModel's
`select` in the place of the other one, which is what `statement` calls; there is none for `text`, compound or DML
statements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import Misuse, RowMisused, RowOperated
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rows import consequence, data_of, foreign_select, story_of, told_elsewhere
from sessile.rules.rule import Rule
from sessile.rules.telling import problem

if TYPE_CHECKING:
    from sessile.flow.values import Statement
    from sessile.rules.rule import Problem

RULE = Rule("ROW007", "core-select-in-sqlmodel-exec", Severity.ERROR, Applicability.SAFE)
GIVEN = {
    "select": "a select that is not SQLModel's",
    "text": "text",
    "compound": "a compound select",
    "insert": "an INSERT",
    "update": "an UPDATE",
    "delete": "a DELETE",
}


@RULE.on(RowMisused)
def check(event: RowMisused) -> Problem | None:
    """A Row out of `exec` is used as the entity."""
    if not foreign_select(event.result) or told_elsewhere(event):
        return None
    return _problem(event, consequence(event))


@RULE.on(RowOperated)
def check_value(event: RowOperated) -> Problem | None:
    """A Row of one value out of `exec` is used as the value."""
    if not foreign_select(event.result) or told_elsewhere(event):
        return None
    why = "computing with a Row raises TypeError" if event.raises else "a Row equals no plain value and is always true"
    return _problem(event, why)


def _problem(event: RowMisused | RowOperated, why: str) -> Problem:
    statement = event.result.statement
    given = GIVEN.get(statement.kind, "this statement")
    message = f"SQLModel's exec() yields Rows for {given}: {why}; {_remedy(statement, event.how)}"
    data = {**data_of(event), "how": event.how.value, "kind": statement.kind}
    return problem(RULE, event, message, story_of(event), data=data)


def _remedy(statement: Statement, how: Misuse) -> str:
    if statement.kind == "select" and "from_statement" not in statement.chain:
        return "import `select` from sqlmodel"
    return "use `.scalars()`" if how is not Misuse.READ else "read its columns, or use `.scalars()`"
