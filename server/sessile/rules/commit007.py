"""A transaction is ended inside the block that was to end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import TransactionOver
from sessile.flow.story import Step
from sessile.rules.finding import Severity
from sessile.rules.rule import Rule
from sessile.rules.telling import problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("COMMIT007", "transaction-ended-inside-begin", Severity.ERROR)


@RULE.on(TransactionOver)
def check(event: TransactionOver) -> Problem | None:
    """The block goes on although its transaction is over."""
    state = event.state
    block = "begin_nested()" if state.transactions[-1] == "savepoint" else "begin()"
    how = state.over_at.text.removeprefix("closed by ") if state.over_at is not None else "commit"
    message = (
        f"the transaction of this {block} block was ended inside it by {how}, so `{event.method}` raises "
        f"InvalidRequestError; leave commit and rollback to the end of the block, or do this behind it"
    )
    story = (*state.story[:1], *((Step(state.over_at.site, "this ends the transaction"),) if state.over_at else ()))
    severity = Severity.ERROR if state.certain else Severity.WARNING
    return problem(RULE, event, message, story, severity)
