"""What reads all of an object at once: Pydantic's `model_validate(obj)` and `from_orm`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessile.flow.events import Event
from sessile.flow.handlers import expected
from sessile.flow.machine import Failure, Machine, Raised
from sessile.flow.reading import read
from sessile.flow.values import UNKNOWN, Arguments, ClassRef, Entity, Instance, Value
from sessile.flow.world import InstanceState, ObjectState, World
from sessile.orm.mapped import Accessor, Role
from sessile.orm.pydantic import takes_instances

if TYPE_CHECKING:
    import ast

    from sessile.orm.mapped import ClassFacts

#: What each of these raises for an instance that the model does not take.
REFUSALS = {
    "model_validate": ("ValidationError", "ValueError", "Exception"),
    "from_orm": ("PydanticUserError", "TypeError", "Exception"),
}


@dataclass(frozen=True, slots=True)
class ModelRefused(Event):
    """A Pydantic model that does not read attributes is to be built from a mapped instance, by `method`.

    `renamed`: it says so under the name that this had in Pydantic 1.
    """

    state: ObjectState
    model: ClassFacts
    method: str
    raises: str
    renamed: bool = False


def validate(m: Machine, world: World, ref: ClassRef, arguments: Arguments, node: ast.Call) -> Value:
    """Build a model of `ref` from an object: every field of the model that the object's class maps is read."""
    given = arguments.get(0, "obj") or UNKNOWN
    if isinstance(given, Entity) and ref.facts.role is not Role.MAPPED:
        facts = world.object(given.handle).facts
        _refused(m, world, ref.facts, given, arguments, node)
        for name, member in ref.facts.attributes.items():
            mapped = facts.attributes.get(name) if facts is not None else None
            if isinstance(member, Accessor) and member.kind != "plain":
                continue
            if mapped is not None and not name.startswith("_"):
                read(m, world, given, name, node)
    return Instance(m.new(world, InstanceState(ref.facts, ref.scope)))


def _refused(m: Machine, world: World, model: ClassFacts, given: Entity, arguments: Arguments, node: ast.Call) -> None:
    """The model takes no instances of other classes: the call raises."""
    state, method = world.object(given.handle), getattr(node.func, "attr", "")
    if method not in REFUSALS or arguments.unpacked or "from_attributes" in arguments.keywords:
        return
    if state.facts is None or model in state.facts.mro or takes_instances(model) is not False:
        return
    renamed = takes_instances(model, "orm_mode") is not False
    if renamed and method == "from_orm":
        return
    failure = Failure(REFUSALS[method], m.site(world, node))
    if not expected(m, failure, world):
        m.emit(ModelRefused(m.site(world, node), world, state, model, method, failure.names[0], renamed))
    raise Raised(failure)
