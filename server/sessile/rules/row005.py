"""What is already the entity, or the number, is indexed or unpacked as if there were a Row around it.

`data`: `index` is the subscript's expression, None where it is unpacked; `use` the Site of the subscript, or of the
expression that is unpacked. The fix removes `[0]`, nothing else.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.containment import told_below
from sessile.flow.events import EntityIndexed
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Rule
from sessile.rules.telling import class_name, problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("ROW005", "entity-indexed", Severity.ERROR, Applicability.SAFE)


@RULE.on(EntityIndexed)
def check(event: EntityIndexed) -> Problem | None:
    """An instance cannot be indexed."""
    state = event.state
    if told_below(event.world, (getattr(event.entity, "handle", None), state.session if state is not None else None)):
        return None
    what = "the number" if state is None else f"the {class_name(state)}"
    if event.index is None:
        message = f"this is {what} itself, not a Row, so unpacking it raises TypeError; assign it to a plain variable"
    else:
        message = f"this is {what} itself, not a Row, so indexing it raises TypeError; {_remedy(event.index)}"
    first = isinstance(event.index, ast.Constant) and event.index.value == 0
    return problem(
        RULE,
        event,
        message,
        state.story[:1] if state is not None else (),
        data={"index": event.index, "use": event.site},
        applicability=Applicability.SAFE if first else Applicability.UNSAFE,
    )


def _remedy(index: ast.expr) -> str:
    match index:
        case ast.Constant(value=str() as name):
            return f"read the attribute `.{name}`"
        case ast.Constant(value=int() as number):
            return f"remove `[{number}]`"
    return "read the attribute instead"
