"""A SELECT by the whole primary key and nothing else is `session.get()`. `data`: see `by_key`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import QueryFetched
from sessile.rules.by_key import found_by_key
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Rule

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("GET001", "select-by-primary-key", Severity.HINT, Applicability.UNSAFE)


@RULE.on(QueryFetched)
def check(event: QueryFetched) -> Problem | None:
    """One object is fetched from the result of a select by its key."""
    return found_by_key(RULE, event) if event.query is None else None
