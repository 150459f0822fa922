"""Inserts `.unique()` where joined collections repeat rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.fixes import calls
from sessile.fixes.changes import Changes
from sessile.fixes.results import append_to_iterated
from sessile.flow.story import Site
from sessile.rules.offers import LOOPS
from sessile.rules.repair import NotRepairable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem


def unique(problem: Problem, source: Source) -> Iterator[Draft]:
    """Call `.unique()` before the fetch."""
    fetch = problem.data["fetch"]
    if not isinstance(fetch, Site) or problem.data.get("portions"):
        raise NotRepairable("rows that come in portions cannot be made unique")
    changes = Changes(source)
    if problem.data["method"] in LOOPS:
        append_to_iterated(changes, fetch, ".unique()")
    else:
        calls.insert_before(changes, fetch, ".unique()")
    yield changes.draft()
