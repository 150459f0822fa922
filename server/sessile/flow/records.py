"""Immutable objects that cost no more than others.

`frozen=True` pays a call for every field of every object that is made, and the machine makes little else. To the type
checker these are frozen dataclasses, so it holds that nobody assigns to them; at run time they are plain ones with a
hash.
"""

from __future__ import annotations

import functools
from dataclasses import field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as record
    from dataclasses import replace
else:
    from dataclasses import dataclass, fields
    from operator import attrgetter

    def record(*, frozen, slots, eq=True):
        """`dataclass` of which nothing is assigned after it is made."""
        assert frozen
        return dataclass(slots=slots, eq=eq, unsafe_hash=eq)

    def replace(held, /, **changes):
        """The same record with other values in some fields."""
        positions, values = _layout(type(held))
        found = list(values(held))
        for name, value in changes.items():
            found[positions[name]] = value
        return type(held)(*found)

    @functools.cache
    def _layout(kind):
        names = [each.name for each in fields(kind)]
        get = attrgetter(*names)
        return {name: number for number, name in enumerate(names)}, get if len(names) > 1 else lambda held: (get(held),)


__all__ = ["field", "record", "replace"]
