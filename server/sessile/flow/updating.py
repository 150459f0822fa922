"""What an UPDATE of many rows does to the objects that its session holds.

https://docs.sqlalchemy.org/en/20/orm/queryguide/dml.html#orm-enabled-insert-update-and-delete-statements
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow import objects
from sessile.flow.story import Step
from sessile.flow.values import ClassRef, Statement, Value
from sessile.flow.world import Life, Status, World

if TYPE_CHECKING:
    from sessile.flow.machine import Machine
    from sessile.flow.story import Site


def updated(m: Machine, world: World, handle: int, statement: Statement, site: Site) -> None:
    """An ORM `update()` was run: what Python cannot evaluate, and what the database sets, is not known any more."""
    target = statement.target
    if m.version >= (2,):
        _set_by_the_database(world, handle, target)
    for number, state in world.objects_of(handle):
        if not isinstance(target, ClassRef) or state.facts is not target.facts or state.life is not Life.PERSISTENT:
            continue
        if statement.computed and not statement.criteria:
            step = Step(site, "expired by the UPDATE, which Python cannot evaluate")
            objects.expire(world, number, step, statement.computed)
        elif state.columns is Status.LOADED and statement.computed:
            world.update(number, columns=Status.UNKNOWN)


def _set_by_the_database(world: World, handle: int, target: Value | None) -> None:
    """Columns with `onupdate` are expired, too, by an UPDATE that meets an object and is synchronised with it."""
    for number, state in world.objects_of(handle):
        if isinstance(target, ClassRef) and state.facts is target.facts and state.life is Life.PERSISTENT:
            own = [column.name for column in target.facts.columns if column.onupdate]
            unknown = {
                name: Status.UNKNOWN for name in own if state.attributes.get(name, state.columns) is Status.LOADED
            }
            world.update(number, attributes=MappingProxyType({**state.attributes, **unknown}))
