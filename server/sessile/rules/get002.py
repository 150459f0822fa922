"""A legacy Query that is filtered by the primary key and nothing else is `session.get()`. `data`: see `by_key`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import QueryFetched
from sessile.rules.by_key import found_by_key
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Rule

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("GET002", "query-by-primary-key", Severity.HINT, Applicability.UNSAFE)


@RULE.on(QueryFetched)
def check(event: QueryFetched) -> Problem | None:
    """One object is fetched from a Query by its key."""
    return found_by_key(RULE, event) if event.query is not None and event.method != "get" else None
