"""`session.begin()` on a session whose transaction has begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import BegunTwice
from sessile.rules.finding import Severity
from sessile.rules.rule import Rule
from sessile.rules.telling import problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("COMMIT006", "begin-after-autobegin", Severity.ERROR)


@RULE.on(BegunTwice)
def check(event: BegunTwice) -> Problem | None:
    """The session begins by itself at its first use."""
    state = event.state
    around = "an open begin() block" if state.transactions else "an earlier use of this session"
    message = (
        f"{around} has begun the transaction already, so begin() raises InvalidRequestError; open the block before the "
        f"session is first used, or drop it and call commit()"
    )
    return problem(RULE, event, message, state.story[-2:])
