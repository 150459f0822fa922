"""A session goes on after a failure that only a rollback heals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import BrokenSessionLeft, BrokenSessionUsed, TransactionLost
from sessile.flow.story import Step
from sessile.flow.transactions import is_route
from sessile.rules.finding import Applicability, Severity
from sessile.rules.ownership import calls_of, dispatched, in_one_call, tests
from sessile.rules.rule import Problem, Rule
from sessile.rules.telling import problem, shown_at

if TYPE_CHECKING:
    from sessile.flow.events import Event
    from sessile.flow.world import SessionState

RULE = Rule("COMMIT003", "missing-rollback", Severity.ERROR, Applicability.UNSAFE)


@RULE.on(BrokenSessionUsed)
def check(event: BrokenSessionUsed) -> Problem | None:
    """The session is used although its last flush failed."""
    state = event.state
    if in_one_call(state.failed_calls, calls_of(event.world)) and not dispatched(event.world, event.site):
        return None
    if state.aborted is not None:
        message = (
            f"a statement of this transaction has failed, and on PostgreSQL `{event.method}` then raises InternalError "
            f'("current transaction is aborted"); call rollback() in the handler that catches the failure'
        )
        return problem(RULE, event, message, _story(state), _warning(event), _data(state))
    if state.handled is None:
        message = (
            f"the failure of a flush is on its way when this runs, and `{event.method}` then raises {event.raises} "
            f"in its place; call rollback() first, or do this only where nothing has failed"
        )
        return problem(RULE, event, message, _story(state), _warning(event), _data(state))
    remedy = (
        "let the failure leave the `with` block, or put what may fail into a begin_nested() of its own"
        if state.transactions
        else "call rollback() in the handler that catches the failure"
    )
    message = (
        f"a flush of this session may have failed and nobody has rolled it back, so `{event.method}` then raises "
        f"{event.raises}; {remedy}"
    )
    severity = Severity.ERROR if event.certain else _warning(event)
    return problem(RULE, event, message, _story(state), severity, _data(state))


def _warning(event: Event) -> Severity:
    """A test that fails for another reason than it says fails all the same."""
    return Severity.INFORMATION if tests(shown_at(event)[0]) else Severity.WARNING


@RULE.on(BrokenSessionLeft)
def left(event: BrokenSessionLeft) -> Problem | None:
    """The handler hands the session of somebody else back unusable."""
    state, handled = event.state, event.state.handled
    if handled is None or state.failed is None:
        return None
    message = (
        "this handler swallows a failed flush and hands the session back unusable, so its owner's next use of it "
        "raises PendingRollbackError; call rollback() here, or put what may fail into a begin_nested() block"
    )
    scope = event.world.frames[0].scope
    # A framework may close the session without another use.
    severity = Severity.INFORMATION if is_route(scope) else Severity.WARNING
    return Problem(RULE, handled, message, severity, _story(state), _data(state), scope=scope, unseen=True)


@RULE.on(TransactionLost)
def lost(event: TransactionLost) -> Problem | None:
    """The handler swallows the failure inside `with session.begin()`: all of the transaction is gone."""
    state, handled = event.state, event.state.handled
    if handled is None:
        return None
    message = (
        "this handler swallows a failed flush inside a begin() block, so the block ends without an exception and "
        "without a commit, and what it had written before is lost; re-raise, or put what may fail into a "
        "begin_nested() block"
    )
    story = (*_story(state), Step(event.site, "nothing is committed here"))
    return Problem(RULE, handled, message, Severity.ERROR, story, _data(state), scope=event.world.frames[0].scope)


def _story(state: SessionState) -> tuple[Step, ...]:
    steps = list(state.story[:1])
    for site, text in (
        (state.failed, "this may fail"),
        (state.aborted, "this may fail"),
        (state.handled, "and is caught"),
    ):
        if site is not None:
            steps.append(Step(site, text))
    return tuple(steps)


def _data(state: SessionState) -> dict[str, object]:
    return {
        "handler": state.handled.node if state.handled is not None else None,
        "handled": state.handled,
        "session": state,
    }
