"""One session is used by tasks or threads that run at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import SessionShared
from sessile.flow.story import Step
from sessile.rules.finding import Severity
from sessile.rules.rule import Rule
from sessile.rules.telling import problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("SCOPE009", "session-shared-across-tasks", Severity.WARNING)


@RULE.on(SessionShared)
def check(event: SessionShared) -> Problem | None:
    """A session does one thing at a time."""
    kind = "threads" if event.threads else "tasks"
    if event.clash:
        severity = Severity.ERROR
        why = "each writes what it has added, and the second raises InvalidRequestError while the first one does so"
    else:
        severity = Severity.WARNING
        why = "a session and its connection do one thing at a time, so that fails, or mixes up what they do"
    message = f"{kind} that run at once use this session; {why}; open a session in each of them"
    words = ("one of them uses it here", "another uses it here") if len(event.sites) > 1 else ("they use it here",)
    steps = tuple(Step(site, text) for site, text in zip(event.sites, words, strict=False))
    return problem(RULE, event, message, (*event.state.story[:1], *steps), severity)
