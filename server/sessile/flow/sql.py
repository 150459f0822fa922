"""`text(...)` and plain strings that are run as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import TextBuilt
from sessile.flow.values import UNKNOWN, Arguments, Const, Statement, Value

if TYPE_CHECKING:
    import ast

    from sessile.flow.machine import Machine
    from sessile.flow.world import World


def built_text(m: Machine, world: World, arguments: Arguments, node: ast.Call) -> Value:
    """The value of `text(...)`."""
    value = arguments.get(0, "text") or UNKNOWN
    if node.args:
        m.emit(TextBuilt(m.site(world, node), world, value, node.args[0], wrapped=True))
    sql = value.value if isinstance(value, Const) and isinstance(value.value, str) else ""
    return Statement("text", (UNKNOWN,), site=m.site(world, node), known_options=False, text=sql)
