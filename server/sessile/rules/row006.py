"""A collection that is loaded by joining repeats its owner's row, and nobody calls `unique()`.

`data`: `fetch` is the Site of the fetch (a call, or the expression that is iterated), `method` its name ("__iter__" for
a loop), `run` the Site of the call that ran the statement, `path` the names of the relationships, `portions` True where
rows come in portions, which makes it impossible, so that there is no fix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.containment import told_below
from sessile.flow.events import Fetched
from sessile.flow.fetching import YIELD_PER
from sessile.flow.story import Step
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Rule
from sessile.rules.telling import problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("ROW006", "missing-unique", Severity.ERROR, Applicability.SAFE)


@RULE.on(Fetched)
def check(event: Fetched) -> Problem | None:
    """A fetch that needs `unique()`."""
    handle = event.reference.handle if event.reference is not None else None
    if not event.needs_unique or told_below(event.world, (handle, event.result.session)):
        return None
    path = ".".join(event.needs_unique)
    portions = event.result.portions or YIELD_PER in event.result.statement.chain
    message = (
        f"the collection `{path}` is loaded by joining, so rows repeat and this raises InvalidRequestError; "
        f"{_remedy(event, portions)}"
    )
    run = event.result.site
    story = (Step(run, f"`{event.result.via}` runs the statement"),) if run is not None else ()
    data = {"fetch": event.site, "method": event.method, "run": run, "path": event.needs_unique, "portions": portions}
    return problem(RULE, event, message, story, data=data)


def _remedy(event: Fetched, portions: bool) -> str:
    if portions:
        return "rows that come in portions cannot be completed; load it with selectinload()"
    if event.method in ("__iter__", "__aiter__", "__next__", "__anext__"):
        return "iterate over `.unique()`, or load it with selectinload()"
    return f"call `.unique()` before `.{event.method}()`, or load it with selectinload()"
