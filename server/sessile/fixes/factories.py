"""Options of sessions, where they are written: in the call of their factory, or in their own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.fixes import calls
from sessile.fixes.changes import Changes
from sessile.flow.world import ObjectState
from sessile.rules.repair import NotRepairable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem

OPTION = "expire_on_commit"


def keep_loaded(problem: Problem, source: Source) -> Iterator[Draft]:
    """What a commit expired stays loaded in all sessions of its factory, by `expire_on_commit=False`."""
    state = problem.data["state"]
    if not isinstance(state, ObjectState) or state.expired is None or "commit" not in state.expired.text:
        raise NotRepairable("no commit expired the object")
    site = state.configured
    node = site.node if site is not None else None
    if site is None or not isinstance(node, ast.Call):
        raise NotRepairable("it is not in sight where the session gets its options")
    if any(each.arg in (OPTION, None) for each in node.keywords):
        raise NotRepairable("the option is there already, or may be")
    changes = Changes(source)
    calls.add_argument(changes, site, f"{OPTION}=False")
    yield changes.draft(f"Keep what is loaded after every commit of these sessions: {OPTION}=False")
