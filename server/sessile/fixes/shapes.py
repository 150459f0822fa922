"""What a function gives back, as far as mapped instances are in it: told by its annotation, or by a value."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sessile.flow.annotations import COLLECTIONS, MAPPINGS, TRANSPARENT, type_value
from sessile.flow.machine import Machine
from sessile.flow.names import module_world
from sessile.flow.values import ClassRef, CollectionRef, Const, Entity, Generic, Tuple, Value
from sessile.orm.mapped import Role

if TYPE_CHECKING:
    from sessile.flow.events import Event
    from sessile.flow.story import Site
    from sessile.flow.world import World
    from sessile.orm.mapped import ClassFacts
    from sessile.rules.repair import Source

ITERATORS = frozenset({"Iterator", "Generator", "AsyncIterator", "AsyncGenerator", "Iterable", "AsyncIterable"})


@dataclass(frozen=True)
class Shape:
    """`entity`; `each` (a list of the one part); `values` (a mapping to it); `items` (a tuple); `other`."""

    kind: Literal["entity", "each", "values", "items", "other"]
    parts: tuple[Shape, ...] = ()
    facts: ClassFacts | None = None

    @property
    def holds_entities(self) -> bool:
        """Whether a mapped instance is in it at all."""
        return self.kind == "entity" or any(part.holds_entities for part in self.parts)


OTHER = Shape("other")
#: Containers in containers are looked into this deep.
DEEPEST = 3


def machine_for(source: Source) -> Machine:
    """A machine that nobody listens to, to look names up."""
    return Machine(source.workspace, _deaf, source.workspace.shared)


def _deaf(event: Event) -> None:
    """Nobody listens."""


def annotated(source: Source, function: Site) -> Shape:
    """The shape that a function's return annotation promises."""
    returns = getattr(function.node, "returns", None)
    if not isinstance(returns, ast.expr):
        return OTHER
    machine = machine_for(source)
    world = module_world(machine, source.scope(function.path), function.block)
    return of_type(type_value(machine, returns, world))


def of_type(value: Value) -> Shape:
    """The shape of values of a type."""
    match value:
        case ClassRef(facts=facts) if facts.role is Role.MAPPED:
            return Shape("entity", (), facts)
        case Generic(origin="tuple" | "Tuple", arguments=(first, Const(value=many))) if many is Ellipsis:
            return Shape("each", (of_type(first),))
        case Generic(origin=origin, arguments=arguments):
            return _of_generic(origin, [of_type(each) for each in arguments])
    return OTHER


def _of_generic(origin: str, parts: list[Shape]) -> Shape:
    if origin in TRANSPARENT:
        return next((part for part in parts if part.holds_entities), OTHER)
    if origin in COLLECTIONS | ITERATORS and parts:
        return Shape("each", (parts[0],))
    if origin in MAPPINGS and len(parts) == 2:
        return Shape("values", (parts[1],))
    if origin in ("tuple", "Tuple"):
        return Shape("items", tuple(parts))
    return OTHER


def of_value(world: World, value: Value, depth: int = 0) -> Shape:
    """The shape of a value as the analysis saw it."""
    match value:
        case Entity(handle=handle):
            return Shape("entity", (), world.object(handle).facts)
        case Tuple(items=items):
            return Shape("items", tuple(of_value(world, each, depth + 1) for each in items))
        case CollectionRef(handle=handle) if depth < DEEPEST:
            state = world.collection(handle)
            parts = [of_value(world, each, depth + 1) for each in (*state.items, state.each) if each is not None]
            part = next((part for part in parts if part.holds_entities), OTHER)
            return Shape("values" if state.kind == "dict" else "each", (part,))
    return OTHER
