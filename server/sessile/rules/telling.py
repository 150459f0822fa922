"""How rules speak of values and where they happened."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.flushing import BY_UPDATE
from sessile.flow.story import Site, Step
from sessile.flow.world import Status
from sessile.rules.rule import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessile.flow.events import Event
    from sessile.flow.world import ObjectState, SessionState, World
    from sessile.rules.finding import Severity

LONGEST = 40


def source_of(node: ast.AST) -> str:
    """A short piece of source for messages."""
    try:
        text = ast.unparse(node)
    except (AttributeError, ValueError, RecursionError):
        return "this expression"
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def class_name(state: ObjectState) -> str:
    """The class of an object, as far as it is known."""
    return state.facts.name if state.facts is not None else "mapped instance"


def shown_at(event: Event) -> tuple[Site, Site | None, int]:
    """Where a problem is shown: in the function that is analysed, at the call if it happens further down.

    Gives the place, the failing node if that is elsewhere, and how many calls lie between.
    """
    calls = [frame.call for frame in event.world.frames[1:] if frame.call is not None]
    if not calls:
        return event.site, None, 0
    return calls[0], event.site, len(calls)


def problem(
    rule: Rule,
    event: Event,
    message: str,
    story: tuple[Step, ...] = (),
    severity: Severity | None = None,
    data: Mapping[str, object] | None = None,
    **more: object,
) -> Problem:
    """A problem at the place of an event; what happens inside a called function becomes the story's end."""
    site, inner, depth = shown_at(event)
    if inner is not None:
        story = (*story, Step(inner, "this is where it fails"))
    scope, *followed = [frame.scope for frame in event.world.frames]
    more["followed"] = tuple(followed)
    return Problem(rule, site, message, severity, story, data or {}, inner=inner, depth=depth, scope=scope, **more)  # type: ignore[arg-type]


def life_story(state: ObjectState, session: SessionState | None = None) -> tuple[Step, ...]:
    """The steps of an object's life that matter for a failing read, oldest first."""
    steps = list(state.story[:1])
    for step in (state.expired, state.detached):
        if step is not None and all(step.site.key != each.site.key or step.text != each.text for each in steps):
            steps.append(step)
    steps.extend(step for step in state.story[1:] if step.text.startswith("returned by"))
    if session is not None and state.detached is None:
        steps.extend(session.story[:1])
    return tuple(steps)


def by_update(state: ObjectState) -> bool:
    """Whether an UPDATE expired what the database computes, so that it does not matter what a commit does."""
    return state.expired is not None and state.expired.text == BY_UPDATE


def cause_of(state: ObjectState, status: Status) -> Step | None:
    """What made an attribute unreadable, as words that go on after "is expired" or "has ended"."""
    if status is Status.EXPIRED:
        step = state.expired
        return None if step is None else Step(step.site, f" {step.text.removeprefix('expired ')}")
    return None if state.detached is None else Step(state.detached.site, "")


def session_story(state: SessionState) -> tuple[Step, ...]:
    """What happened to a session."""
    return state.story


def world_of(event: Event) -> World:
    """The world of an event."""
    return event.world
