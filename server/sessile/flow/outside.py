"""What names of installed packages stand for, read from the packages' own source as if it were the workspace's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.names import global_value
from sessile.flow.values import UNKNOWN, ClassRef, External, Factory, Function, Value

if TYPE_CHECKING:
    from sessile.flow.machine import Machine

#: Packages that a name is handed through.
HOPS = 4


def outside(m: Machine, name: str) -> Value:
    """The class, function or factory of a dotted name; UNKNOWN where it is not in sight."""
    value: Value = External(name)
    for _ in range(HOPS):
        found = m.workspace.outside(value.name) if isinstance(value, External) else None
        if found is None:
            break
        value = global_value(m, *found)
    return value if isinstance(value, ClassRef | Function | Factory) else UNKNOWN
