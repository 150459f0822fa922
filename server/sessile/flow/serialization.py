"""What reads all of an object at once: Pydantic's `model_validate(obj)` and `from_orm`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.reading import read
from sessile.flow.values import UNKNOWN, Arguments, ClassRef, Entity, Instance, Value
from sessile.flow.world import InstanceState, World
from sessile.orm.mapped import Accessor, Role

if TYPE_CHECKING:
    import ast

    from sessile.flow.machine import Machine


def validate(m: Machine, world: World, ref: ClassRef, arguments: Arguments, node: ast.Call) -> Value:
    """Build a model of `ref` from an object: every field of the model that the object's class maps is read."""
    given = arguments.get(0, "obj") or UNKNOWN
    if isinstance(given, Entity) and ref.facts.role is not Role.MAPPED:
        facts = world.object(given.handle).facts
        for name, member in ref.facts.attributes.items():
            mapped = facts.attributes.get(name) if facts is not None else None
            if isinstance(member, Accessor) and member.kind != "plain":
                continue
            if mapped is not None and not name.startswith("_"):
                read(m, world, given, name, node)
    return Instance(m.new(world, InstanceState(ref.facts, ref.scope)))
