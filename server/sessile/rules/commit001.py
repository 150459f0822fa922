"""A write that no commit makes permanent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import SessionEnded
from sessile.flow.story import Step
from sessile.flow.world import Owner
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Rule
from sessile.rules.telling import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem

RULE = Rule("COMMIT001", "write-never-committed", Severity.ERROR, Applicability.UNSAFE)


@RULE.on(SessionEnded)
def check(event: SessionEnded) -> Problem | None:
    """A session that was opened in sight ends with changes that were not committed."""
    state = event.state
    if not state.dirty or not state.writes or state.owner is not Owner.LOCAL:
        return None
    write = state.writes[0]
    certain = state.certain and all(each.certain for each in state.writes)
    message = (
        f"{write.text} here, but the session is {event.how} without a commit on some path, so the change is rolled "
        f"back and nobody is told; call commit() before the session ends, or use `with factory.begin()`"
    )
    severity = Severity.ERROR if certain else Severity.WARNING
    calls = [frame.call for frame in event.world.frames[1:] if frame.call is not None]
    story = (*state.story, Step(event.site, event.how))
    found = problem(RULE, event, message, story, severity, {"session": state, "end": event.site})
    return found if calls else replaced(found, write.site)


def replaced(found: Problem, site: object) -> Problem:
    """The same problem, shown at another place."""
    from dataclasses import replace

    return replace(found, site=site)  # type: ignore[arg-type]


@RULE.repairs("Commit before the session ends")
def fix(problem: Problem, source: Source) -> Iterator[Draft]:
    """The way out that forgets to commit does."""
    from sessile.fixes.commits import commit

    return commit(problem, source)
