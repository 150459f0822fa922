"""Fixes of Pydantic models that are built from mapped instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.fixes.calls import add_argument
from sessile.fixes.changes import Changes
from sessile.flow.story import Site
from sessile.rules.repair import NotRepairable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem


def read_attributes(problem: Problem, source: Source) -> Iterator[Draft]:
    """Let this call read the attributes of what it is given."""
    site = problem.data["call"]
    if not isinstance(site, Site):
        raise NotRepairable("the call is out of sight")
    changes = Changes(source)
    add_argument(changes, site, "from_attributes=True")
    yield changes.draft()
