"""A session is used after it ended."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

from sessile.flow.events import ClosedResultRead, SessionUsed
from sessile.flow.scopes import own_nodes
from sessile.flow.transactions import is_clean
from sessile.flow.values import SessionRef
from sessile.flow.world import Openness, Owner, SessionState
from sessile.rules.aftermath import path_to
from sessile.rules.finding import Severity
from sessile.rules.ownership import tests
from sessile.rules.rule import Rule
from sessile.rules.telling import problem, shown_at

if TYPE_CHECKING:
    from sessile.flow.frames import Frame
    from sessile.flow.story import Step
    from sessile.rules.rule import Problem

#: What leaves nothing open behind it where nothing waits to be written.
ENDING = ("commit", "flush")

#: Statements after which nothing more of a body runs.
LEAVES = (ast.Return, ast.Raise, ast.Break, ast.Continue)

RULE = Rule("SCOPE004", "session-used-after-close", Severity.WARNING)


@RULE.on(SessionUsed)
def check(event: SessionUsed) -> Problem | None:
    """A method call on a session that was closed; where it is a caller's, that may well close it once more."""
    state = event.state
    if state.openness is not Openness.CLOSED or event.method in ("rollback", "close"):
        return None
    if state.options.close_resets_only and (state.blocks or _is_provided(event) or _is_closed_again(event)):
        return None
    # Its registry is told to remove it, by a framework or at the end of a thread.
    if state.owner is Owner.SHARED and state.options.close_resets_only:
        return None
    if event.method == "return":
        message = (
            "the session that is returned here was closed by the end of its block, so its user silently reopens it and "
            "nobody closes it; `yield` it from a context manager instead"
        )
        return problem(RULE, event, message, _story(state), Severity.WARNING)
    if event.method == "flush" and is_clean(state):
        return None
    if event.method in ENDING and state.options.close_resets_only and not state.dirty and state.unflushed is False:
        return None
    if not state.options.close_resets_only:
        message = (
            f"this session is closed for good (close_resets_only=False), so `{event.method}` raises "
            f"InvalidRequestError; move this into the session's block, or open a new session"
        )
        return problem(RULE, event, message, _story(state), Severity.ERROR)
    message = (
        f"this session has ended; `{event.method}` silently reopens it, and nobody closes it or gives its connection "
        f"back any more; move this into the session's block, or open a new session"
    )
    severity = Severity.INFORMATION if tests(shown_at(event)[0]) else Severity.WARNING
    return problem(RULE, event, message, _story(state), severity, unseen=state.owner is Owner.CALLER)


def _is_provided(event: SessionUsed) -> bool:
    """Whether the block of the session's provider is around, which closes it at its end whatever was done before."""
    opened = {id(call.node) for call in event.state.calls}
    blocks = [
        (block, [item.context_expr for item in block.items])
        for frame in event.world.frames
        for block in ast.walk(frame.scope.node)
        if isinstance(block, ast.With | ast.AsyncWith)
    ]
    return any(
        id(node) in opened and any(inner is event.site.node for inner in ast.walk(block))
        for block, providers in blocks
        for provider in providers
        for node in ast.walk(provider)
    )


def _is_closed_again(event: SessionUsed) -> bool:
    """Whether a function on the way here closes the session after this, come what may."""
    frames = event.world.frames
    here = [*(frame.call.node if frame.call is not None else None for frame in frames[1:]), event.site.node]
    return any(
        any(node is inner for line in (*each.body, *each.handlers, *each.orelse) for inner in ast.walk(line))
        for frame, node in zip(frames, here, strict=True)
        for each in own_nodes(frame.scope.node)
        if isinstance(each, ast.Try) and any(_closes(line, frame, event.handle) for line in each.finalbody)
    ) or any(_comes_later(frame, node, event.handle) for frame, node in zip(frames, here, strict=True))


def _comes_later(frame: Frame, node: ast.AST | None, handle: int) -> bool:
    """Whether a function closes the session further on, under no condition that does not hold here."""
    path = path_to(frame.scope.node, node) if node is not None else []
    for outer, inner in reversed(list(pairwise(path))):
        for body in (getattr(outer, name, None) for name in ("body", "orelse", "finalbody")):
            for line in body[body.index(inner) :] if isinstance(body, list) and inner in body else ():
                if line is not inner and isinstance(line, ast.Expr) and _closes(line, frame, handle):
                    return True
                if isinstance(line, LEAVES):
                    return False
    return False


def _closes(line: ast.stmt, frame: Frame, handle: int) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("close", "aclose")
        and isinstance(node.value, ast.Name)
        and frame.variables.get(node.value.id) == SessionRef(handle)
        for node in ast.walk(line)
    )


@RULE.on(ClosedResultRead)
def fetched(event: ClosedResultRead) -> Problem | None:
    """Rows are fetched after the session of their query ended."""
    if event.raises:
        message = (
            "the rows are fetched here, but the session of this result has ended, so this raises "
            "InvalidRequestError; fetch with .all() or .first() while the session is open"
        )
        return problem(RULE, event, message, _story(event.session), Severity.ERROR)
    message = (
        "this query runs here, but its session has ended; it is silently reopened and nobody closes it any more; "
        "run the query while the session is open"
    )
    severity = Severity.INFORMATION if tests(shown_at(event)[0]) else Severity.WARNING
    return problem(RULE, event, message, _story(event.session), severity)


def _story(state: SessionState) -> tuple[Step, ...]:
    steps = list(state.story[:1])
    if state.ended is not None and state.ended not in steps:
        steps.append(state.ended)
    return tuple(steps)
