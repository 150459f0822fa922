"""A write that no commit makes permanent."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from sessile.flow.events import SessionEnded
from sessile.flow.handlers import returned
from sessile.flow.story import Step
from sessile.flow.world import Owner
from sessile.rules.finding import Applicability, Severity
from sessile.rules.ownership import dispatched, in_one_call
from sessile.rules.rule import Problem, Rule

if TYPE_CHECKING:
    from sessile.flow.scopes import Scope
    from sessile.flow.world import Write

_FAILURE = re.compile(
    r"error|fail|invalid|denied|forbidden|not.?found|bad.?request|unauthori|conflict|reject|abort|problem",
    re.IGNORECASE,
)

#: Functions that read a text that a program has written.
DECODERS = frozenset({"loads", "literal_eval"})
RULE = Rule("COMMIT001", "write-never-committed", Severity.ERROR, Applicability.UNSAFE)


@RULE.on(SessionEnded)
def check(event: SessionEnded) -> Problem | None:
    """A session that was opened in sight ends with changes that were not committed."""
    state = event.state
    lost = [each for each in state.writes if not (each.sent and state.options.autocommit) and not _decodes(each)]
    owned = state.owner is Owner.LOCAL or state.dropped or state.scoped
    if not lost or not owned:
        return None
    if in_one_call(state.calls, lost[0].calls) and not dispatched(event.world, lost[0].site):
        return None
    answer = _answer(event)
    if answer is not None and _says_failure(answer):
        return None
    write = lost[0]
    prepared = all(each.assigned for each in lost)
    if prepared and _only_reads(event.world.frames[0].scope):
        return None
    message = (
        f"{write.text} here, but the session is {event.how} without a commit on some path, so the change is rolled "
        f"back and nobody is told; call commit() before the session ends, or use `with factory.begin()`"
    )
    certain = state.certain and write.certain and not (prepared and state.committed) and not is_nothing(answer)
    severity = Severity.ERROR if certain else Severity.WARNING
    story = (*state.story, Step(event.site, event.how))
    data = {"session": state, "end": event.site}
    scope = event.world.frames[0].scope
    inner = write.site if write.calls else None
    site = write.calls[0] if write.calls else write.site
    return Problem(RULE, site, message, severity, story, data, inner=inner, depth=len(write.calls), scope=scope)


def _decodes(write: Write) -> bool:
    """Whether an attribute only becomes what its own text stands for, so that there is nothing to store."""
    node = write.site.node
    match node:
        case ast.Call(func=ast.Name(id="setattr"), args=[owner, ast.Constant(value=str() as name), value]):
            own = f"{ast.unparse(owner)}.{name}"
        case ast.Attribute():
            assignments = (each for each in ast.walk(write.site.block.tree) if isinstance(each, ast.Assign))
            own, value = ast.unparse(node), next((each.value for each in assignments if node in each.targets), node)
        case _:
            return False
    decoder = getattr(value.func, "attr", getattr(value.func, "id", "")) if isinstance(value, ast.Call) else ""
    return decoder in DECODERS and isinstance(value, ast.Call) and [ast.unparse(each) for each in value.args] == [own]


def _answer(event: SessionEnded) -> ast.expr | None:
    """What the function returns on this path, as far as the session ends on its way out."""
    for frame in reversed(event.world.frames):
        if frame.returning is not None:
            return frame.returning
        if frame.pending is not None:
            return returned(frame.pending)
    return None


def _says_failure(answer: ast.expr) -> bool:
    """Whether an answer tells its reader that nothing was done."""
    names = {getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(answer)}
    values = [node.value for node in ast.walk(answer) if isinstance(node, ast.Constant)]
    texts = {*names, *(each for each in values if isinstance(each, str))}
    return any(_FAILURE.search(text) for text in texts) or any(
        type(each) is int and 400 <= each < 600 for each in values
    )


def is_nothing(answer: ast.expr | None) -> bool:
    """Whether an answer is None or False, which callers may take for a refusal."""
    return isinstance(answer, ast.Constant) and answer.value in (None, False)


def _only_reads(scope: Scope) -> bool:
    """Whether the function answers a GET request, which assigns attributes only for its answer."""
    return any(isinstance(each, ast.Call) and getattr(each.func, "attr", "") == "get" for each in scope.decorators)
