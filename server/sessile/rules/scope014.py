"""A session is given an instance that it does not take."""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow.events import InstanceRefused
from sessile.flow.membership import is_perhaps
from sessile.orm.api.membership import Standing
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Rule
from sessile.rules.telling import class_name, life_story, problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessile.flow.story import Step
    from sessile.flow.world import ObjectState
    from sessile.rules.rule import Problem

RULE = Rule("SCOPE014", "instance-in-wrong-state", Severity.ERROR, Applicability.UNSAFE)

#: What is wrong with an instance, by where it stands.
WRONG: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.TRANSIENT: "is new and in no session",
        Standing.PENDING: "has been added, but nothing has been flushed yet, so it has no row",
        Standing.MARKED: "is marked for deletion, and this call flushes that first",
        Standing.DELETED: "has been deleted in this transaction",
        Standing.GONE: "has been deleted, and the deletion is committed",
        Standing.DETACHED: "has left its session",
        Standing.ELSEWHERE: "belongs to another session, which is still open",
    }
)
#: The same of what `merge` gave for a key that may have no row.
IF_NEW = "is new if there is no row of its key, and nothing has been flushed yet"
FLUSH = "call flush() or commit() first"
#: What to do, by where the instance stands and by method; by "" where the method does not matter.
REMEDIES: Mapping[tuple[Standing, str], str] = MappingProxyType(
    {
        (Standing.TRANSIENT, ""): "add() it and flush() first, or use what merge() returned",
        (Standing.TRANSIENT, "expunge"): "leave this out",
        (Standing.TRANSIENT, "delete"): "leave this out, as there is no row to delete",
        (Standing.PENDING, ""): FLUSH,
        (Standing.PENDING, "delete"): "expunge() it instead, or call flush() first",
        (Standing.MARKED, ""): "do this before delete(), or leave it out",
        (Standing.DELETED, ""): "do this before the deletion is flushed, or leave it out",
        (Standing.DELETED, "add"): "call make_transient() on it first to insert it anew",
        (Standing.GONE, ""): "do this before the commit, or leave it out",
        (Standing.GONE, "add"): "call make_transient() on it first to insert it anew",
        (Standing.GONE, "expunge"): "leave this out",
        (Standing.DETACHED, ""): "add() it to this session first, or use what merge() returns",
        (Standing.DETACHED, "expunge"): "leave this out",
        (Standing.ELSEWHERE, ""): "use the session that it belongs to, or what merge() returns",
    }
)


@RULE.on(InstanceRefused)
def check(event: InstanceRefused) -> Problem:
    """`session.refresh(user)` and the like, of an instance that stands elsewhere."""
    state, standing = event.state, event.standing
    method = event.method.removesuffix("_all")
    remedy = REMEDIES.get((standing, method)) or REMEDIES[standing, ""]
    perhaps = is_perhaps(state, standing)
    wrong = IF_NEW if perhaps else WRONG[standing]
    message = f"this {class_name(state)} {wrong}, so `{event.method}` raises InvalidRequestError; {remedy}"
    story = (*life_story(state), *_since(event))
    alone = not any(other.facts is state.facts for _, other in event.world.objects_of(event.session))
    data = {"standing": standing, "method": method, "call": event.site, "alone": alone, "perhaps": perhaps}
    unseen = standing is Standing.MARKED and event.session_state.options.autoflush is None
    open_ended = unseen or perhaps or (standing is Standing.TRANSIENT and _instead(state))
    severity = Severity.WARNING if open_ended else Severity.ERROR
    return problem(RULE, event, message, story, severity, data, unseen=unseen)


def _instead(state: ObjectState) -> bool:
    """Whether a new instance is made only where something else was not found: `session.get(User, 1) or User()`."""
    made = state.story[0].site if state.story else None
    if made is None or isinstance(made.node, ast.stmt):
        return False
    around = [node for node in ast.walk(made.block.tree) if isinstance(node, ast.BoolOp | ast.IfExp | ast.If)]
    return any(
        made.node is inner
        for node in around
        if not isinstance(node, ast.If) or _asks_for_none(node.test)
        for inner in ast.walk(node)
    )


def _asks_for_none(test: ast.expr) -> bool:
    """`if user is None:` and `if not user:`."""
    match test:
        case ast.Compare(ops=[ast.Is() | ast.Eq()], comparators=[ast.Constant(value=None)]):
            return True
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


def _since(event: InstanceRefused) -> tuple[Step, ...]:
    """What put the instance where it stands, if its life story does not say so."""
    told = {step.site.key for step in life_story(event.state)}
    return tuple(step for step in event.state.story[-1:] if step.site.key not in told)
