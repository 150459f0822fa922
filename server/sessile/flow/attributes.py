"""`value.name`: what an attribute is, by what the value is."""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow import application, flask, members, results, rows
from sessile.flow.awaiting import not_awaited
from sessile.flow.mapping import added
from sessile.flow.names import member
from sessile.flow.scalars import SAFE
from sessile.flow.values import (
    UNKNOWN,
    AttributeRef,
    BoundMethod,
    ClassRef,
    CollectionRef,
    ConnectionRef,
    Const,
    Coroutine,
    EngineRef,
    Entity,
    ExitStack,
    Extension,
    External,
    Factory,
    Formatted,
    Function,
    Instance,
    LoaderOption,
    Members,
    ModuleRef,
    Query,
    ResultRef,
    Row,
    Scalar,
    SessionRef,
    Statement,
    SuperRef,
    TransactionRef,
    Value,
)
from sessile.orm.mapped import Accessor, Column, Relationship

if TYPE_CHECKING:
    from sessile.flow.machine import Machine
    from sessile.flow.world import World
    from sessile.orm.mapped import ClassFacts


#: Values of which every attribute is taken for a method.
BINDING = (
    EngineRef | Formatted | ExitStack | Query | Statement | LoaderOption | CollectionRef | Factory | TransactionRef
) | (AttributeRef | Scalar | Function | BoundMethod)


def attribute(m: Machine, world: World, value: Value, name: str, node: ast.Attribute) -> Value:
    """The attribute `name` of a value."""
    if value is UNKNOWN:
        return application.kept(m, world, name) if application.is_state(node.value) else UNKNOWN
    match value:
        case Entity():
            from sessile.flow.reading import read

            return read(m, world, value, name, node)
        case Row():
            return rows.attribute(m, world, value, name, node)
        case SessionRef():
            return _session(world, value, name)
        case ClassRef():
            return _class(m, world, value, name, node)
        case External(name=dotted):
            return External(f"{dotted}.{name}")
        case ModuleRef():
            return world.globals.get((value.path, name)) or member(m, value, name)
        case Instance():
            return _instance(m, world, value, name, node)
        case SuperRef():
            return _super(m, world, value, name)
        case Coroutine():
            not_awaited(m, world, value, "read", node)
            return UNKNOWN
        case ResultRef():
            return results.attribute(m, world, value, name, node)
        case Const(value=held) if name in ("value", "name") and held is not None:
            return SAFE
        case Extension():
            return flask.attribute(value, name)
        case Members() | BoundMethod() if (found := members.listed(world, value, name)) is not None:
            return found
        case ConnectionRef():
            return UNKNOWN if name == "connection" else BoundMethod(value, name)
        case _ if isinstance(value, BINDING) or (isinstance(value, Const) and isinstance(value.value, str)):
            return BoundMethod(value, name)
    return UNKNOWN


def _session(world: World, ref: SessionRef, name: str) -> Value:
    from sessile.flow.definitions import method

    if name == "sync_session":
        return SessionRef(ref.handle, facade=True)
    if name in ("new", "dirty", "deleted") and world.session(ref.handle).unflushed:
        return Const(True)
    facts = world.session(ref.handle).facts
    own = method(facts, name) if facts is not None else None
    return own.bound(ref) if own is not None else BoundMethod(ref, name)


def _class(m: Machine, world: World, ref: ClassRef, name: str, node: ast.AST) -> Value:
    from sessile.flow.definitions import method
    from sessile.flow.queries import query_of

    declared = ref.facts.attributes.get(name) or added(m, ref.facts, name)
    if isinstance(declared, Column | Relationship) or (
        isinstance(declared, Accessor) and declared.kind in ("hybrid", "synonym", "association_proxy", "composite")
    ):
        return AttributeRef(ref.facts, name)
    found = method(ref.facts, name)
    if found is not None:
        kinds = found.scope.decorator_names
        return found.bound(ref) if "classmethod" in kinds else found
    if name == "query":
        return query_of(m, ref, m.site(world, node)) or BoundMethod(ref, "query")
    if name in ("model_validate", "from_orm", "__table__", "__mapper__", "metadata"):
        return BoundMethod(ref, name)
    return class_attribute(m, ref, name)


def class_attribute(m: Machine, ref: ClassRef, name: str) -> Value:
    """A plain attribute of a class body."""
    from sessile.flow.definitions import home
    from sessile.flow.evaluation import evaluate
    from sessile.flow.names import module_world

    for facts in ref.facts.mro:
        scope = home(facts)
        if scope is None or not isinstance(scope.node, ast.ClassDef):
            continue
        given = scope.given.get(name)
        if isinstance(given, ast.ClassDef):
            from sessile.flow.definitions import class_value

            return class_value(m, given, module_world(m, scope.module, scope.block))
        if given is not None:
            world = module_world(m, scope.module, scope.block)
            value = evaluate(m, given, world)
            m.shared.update(world.heap)
            return value
    return UNKNOWN


def _instance(m: Machine, world: World, ref: Instance, name: str, node: ast.Attribute) -> Value:
    from sessile.flow.definitions import method
    from sessile.flow.functions import call_accessor

    state = world.instance(ref.handle)
    if name in state.attributes:
        return state.attributes[name]
    found = method(state.facts, name)
    if found is not None:
        kinds = found.scope.decorator_names
        if "property" in kinds or "cached_property" in kinds:
            return call_accessor(m, world, ref, found.scope.node, node)
        if "staticmethod" in kinds:
            return found
        return method_value(m, found, ref if "classmethod" not in kinds else ClassRef(state.facts, state.scope))
    value = class_attribute(m, ClassRef(state.facts, state.scope), name)
    if value is UNKNOWN:
        value = annotated_member(m, world, ref, name)
    if value is not UNKNOWN:
        attributes = MappingProxyType({**world.instance(ref.handle).attributes, name: value})
        world.update(ref.handle, attributes=attributes)
        return value
    return BoundMethod(ref, name)


def method_value(m: Machine, function: Function, receiver: Value) -> Value:
    """A method bound to its receiver, decorators applied."""
    from sessile.flow.definitions import decorated
    from sessile.flow.names import module_world

    if not function.scope.decorators:
        return function.bound(receiver)
    module = function.scope.module
    node = function.scope.node
    held = m.recall(module.methods.get(node))
    if held is None:
        plain = module_world(m, module, function.scope.block)
        held = module.methods[node] = m.remember(lambda: decorated(m, function, plain))
    value = held.value
    return value.bound(receiver) if isinstance(value, Function) else value


def annotated_member(m: Machine, world: World, ref: Instance, name: str) -> Value:
    """An attribute that only an annotation in a class body, or a hint in its name, tells of."""
    from sessile.flow.annotations import declared, hinted
    from sessile.flow.definitions import home

    state = world.instance(ref.handle)
    for facts in state.facts.mro:
        scope = home(facts)
        if scope is None or not isinstance(scope.node, ast.ClassDef):
            continue
        annotation = scope.annotated.get(name)
        if annotation is not None:
            return declared(m, annotation, world, scope)
    found = hinted(m, world, name)
    return _built(m, world, ref, name) if found is UNKNOWN else found


def _built(m: Machine, world: World, ref: Instance, name: str) -> Value:
    """What the constructor of an object from out of sight makes once and for all: another object, or a factory."""
    from sessile.flow.analysis import construct_unseen
    from sessile.flow.world import InstanceState

    state = world.instance(ref.handle)
    here = world.copy()
    other = Instance(m.new(here, InstanceState(state.facts, state.scope)))
    construct_unseen(m, here, other, ClassRef(state.facts, state.scope))
    value = here.instance(other.handle).attributes.get(name, UNKNOWN)
    if not isinstance(value, Instance | Factory):
        return UNKNOWN
    for handle, each in here.heap.items():
        world.heap.setdefault(handle, each)
    return value


def _super(m: Machine, world: World, ref: SuperRef, name: str) -> Value:
    from sessile.flow.definitions import method

    for facts in _following(world, ref):
        found = method(facts, name)
        if found is not None and found.scope.owner is facts:
            return found if "staticmethod" in found.scope.decorator_names else found.bound(ref.receiver)
    return BoundMethod(ref.receiver, name) if isinstance(ref.receiver, SessionRef) else UNKNOWN


def _following(world: World, ref: SuperRef) -> tuple[ClassFacts, ...]:
    """Where `super()` looks: behind its class in the order of the receiver's own class."""
    match ref.receiver:
        case ClassRef(facts=facts):
            lineage = facts.mro
        case Instance(handle=handle):
            lineage = world.instance(handle).facts.mro
        case Entity(handle=handle):
            known = world.object(handle).facts
            lineage = known.mro if known is not None else ()
        case _:
            lineage = ()
    names = [(each.module, each.name) for each in lineage]
    own = (ref.after.module, ref.after.name)
    return lineage[names.index(own) + 1 :] if own in names else ref.after.mro[1:]
