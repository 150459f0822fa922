"""A mapped instance is stored where it outlives its session."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sessile.flow.events import Returned, ScopeLeft
from sessile.flow.functions import captured
from sessile.flow.values import Function
from sessile.rules.finding import Applicability, Severity
from sessile.rules.leaving import loss, message
from sessile.rules.rule import Problem, Rule
from sessile.rules.telling import life_story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.story import Site
    from sessile.flow.world import ObjectState

RULE = Rule("DETACH004", "escapes-session", Severity.WARNING, Applicability.UNSAFE)
CACHES = frozenset({"cache", "lru_cache", "cached", "ttl_cache", "cachedmethod", "alru_cache"})


@RULE.on(ScopeLeft)
def check(event: ScopeLeft) -> Iterator[Problem]:
    """What is stored is detached by now, and incomplete."""
    for storage, state in event.stored:
        severity = loss(state)
        if severity is not None:
            what = f"is kept in `{storage.target}` after its session"
            found = _problem(storage.site, state, severity, what)
            calls = storage.calls
            yield replace(found, site=calls[0], inner=found.site, depth=len(calls)) if calls else found


@RULE.on(Returned)
def cached(event: Returned) -> Iterator[Problem]:
    """The function's results are kept by a cache, or it returns a closure that keeps the instance."""
    if len(event.world.frames) > 1 or event.yielded:
        return
    if isinstance(event.value, Function):
        for entity in captured(event.world, event.value):
            state = event.world.object(entity.handle)
            severity = loss(state)
            if severity is Severity.WARNING:
                yield _problem(event.site, state, severity, "is kept by the function that is returned")
    if any(_name(each) in CACHES for each in event.scope.decorators):
        for _, state in event.entities:
            severity = loss(state)
            if severity is not None:
                yield _problem(event.site, state, severity, "is kept by a cache after its session")


def _name(decorator: object) -> str:
    target = getattr(decorator, "func", decorator)
    return getattr(target, "attr", getattr(target, "id", ""))


def _problem(site: Site, state: ObjectState, severity: Severity, what: str) -> Problem:
    data = {"state": state, "site": site}
    return Problem(RULE, site, message(state, what), severity, life_story(state), data)
