"""A result is read twice, or asked for what it has not; a coroutine of an AsyncSession is not awaited.

`data` for results: `how` as in `events.Wrong`, `name` the method or attribute, `first` the Site of the fetch that used
the rows up, `run` the Site of the call that ran the statement. For coroutines: `how` is "not awaited", `used_as` as in
the event, `call` the call that lacks the `await`, `method` its name.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.containment import told_below
from sessile.flow.events import NotAwaited, ResultMisused, Wrong
from sessile.flow.scopes import own_nodes
from sessile.flow.story import Step
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Rule
from sessile.rules.telling import problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("ROW008", "result-misused", Severity.ERROR, Applicability.UNSAFE)
KINDS = {"rows": "Result", "scalars": "ScalarResult", "mappings": "MappingResult"}
CONSEQUENCES = {
    "read": "the attribute belongs to what it gives, so this raises AttributeError",
    "iterated": "it cannot be iterated, so this raises TypeError",
    "indexed": "it cannot be indexed, so this raises TypeError",
    "computed": "it cannot be computed with, so this raises TypeError",
    "measured": "it has no length, so this raises TypeError",
    "compared": "it is equal to nothing and never None",
    "tested": "it is always true",
    "dropped": "it is never run",
}


@RULE.on(ResultMisused)
def check(event: ResultMisused) -> Problem | None:
    """Something that this result cannot give, or can give no more."""
    result, message = event.result, _message(event)
    if told_below(event.world, (event.handle, result.session)):
        return None
    story = []
    if result.site is not None:
        story.append(Step(result.site, f"`{result.via}` runs the statement"))
    if result.consumed_at is not None:
        story.append(Step(result.consumed_at, "the rows are fetched here for the first time"))
    severity = _of_test(event) if event.how is Wrong.TESTED else Severity.ERROR
    data = {"how": event.how.value, "name": event.name, "first": result.consumed_at, "run": result.site}
    return problem(RULE, event, message, tuple(story), severity, data)


def _of_test(event: ResultMisused) -> Severity:
    """A test that is always true is harmless where the other branch gives what an empty result would give."""
    choices = (each for each in own_nodes(event.world.frame.scope.node) if isinstance(each, ast.IfExp))
    return Severity.INFORMATION if any(_is_idle(each, event) for each in choices) else Severity.WARNING


def _is_idle(choice: ast.IfExp, event: ResultMisused) -> bool:
    fetch = getattr(choice.body.func, "attr", "") if isinstance(choice.body, ast.Call) else ""
    match choice.orelse:
        case ast.List(elts=[]):
            same = fetch in ("all", "fetchall")
        case ast.Constant(value=None):
            same = fetch in ("first", "one_or_none", "fetchone", "scalar", "scalar_one_or_none")
        case _:
            same = False
    return same and any(each is event.site.node for each in ast.walk(choice.test))


def _message(event: ResultMisused) -> str:
    kind = KINDS.get(event.result.shape, "Result")
    match event.how:
        case Wrong.EXHAUSTED:
            return (
                f"all rows of this {kind} were fetched before, so nothing is left here; "
                f"keep the list that `.all()` gives, and use that"
            )
        case Wrong.NO_ROW:
            return (
                f"all rows of this {kind} were fetched before, so this raises NoResultFound; "
                f"keep the list that `.all()` gives, and use that"
            )
        case Wrong.CLOSED:
            return (
                f"this {kind} was closed by the fetch before, so this raises ResourceClosedError; "
                f"fetch `.all()` once and use the list, or run the statement again"
            )
        case Wrong.ROWLESS:
            return (
                f"{event.result.statement.kind.upper()} without RETURNING gives no rows, so this raises "
                f"ResourceClosedError; add `.returning(...)`, or use `.rowcount`"
            )
        case Wrong.MISSING:
            return f"a {kind} has no `{event.name}`, so this raises AttributeError; {_remedy(event)}"
        case Wrong.TESTED:
            return f"a {kind} is always true, with or without rows; fetch first, as in `.first()`, and test that"
        case Wrong.MEASURED:
            return f"a {kind} has no length, so this raises TypeError; take the length of `.all()`"
    return f"a {kind} cannot be indexed, so this raises TypeError; index what `.all()` gives"


def _remedy(event: ResultMisused) -> str:
    if event.result.shape == "scalars" and event.name in ("scalars", "scalar", "scalar_one", "scalar_one_or_none"):
        kept = {"scalar": "first", "scalar_one": "one", "scalar_one_or_none": "one_or_none"}.get(event.name)
        return f"it gives scalars already, so use `.{kept}()`" if kept else "it gives scalars already"
    return "fetch an object first, as in `.scalars().first()`"


@RULE.on(NotAwaited)
def check_coroutine(event: NotAwaited) -> Problem:
    """A coroutine is used as if it were what it gives."""
    message = (
        f"`{event.method}` gives a coroutine here, which nobody awaits: {CONSEQUENCES[event.used_as]}; "
        f"write `await` in front of the call"
    )
    data = {"how": "not awaited", "used_as": event.used_as, "call": event.call, "method": event.method}
    story = ()
    return problem(RULE, event, message, story, data=data)
