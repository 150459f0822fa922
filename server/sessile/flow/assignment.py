"""Binding targets: names, attributes, items and unpacking."""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow import rows
from sessile.flow.evaluation import evaluate
from sessile.flow.records import replace
from sessile.flow.values import (
    UNKNOWN,
    ClassRef,
    CollectionRef,
    Const,
    Entity,
    Function,
    Instance,
    Query,
    ResultRef,
    Row,
    Scalar,
    SessionRef,
    SuperRef,
    Tuple,
    Value,
)
from sessile.flow.world import Life, Storage

if TYPE_CHECKING:
    from sessile.flow.machine import Machine
    from sessile.flow.world import World


def assign(m: Machine, target: ast.expr, value: Value, world: World, source: ast.expr) -> None:
    """Bind `target` to `value`; `source` is the expression that gave the value."""
    match target:
        case ast.Name(id=name):
            _name(m, name, value, world, target)
            m.look(target, value, world)
        case ast.Attribute(value=owner, attr=attr):
            _attribute(m, target, evaluate(m, owner, world), attr, value, world)
        case ast.Subscript(value=owner, slice=index):
            _item(m, target, evaluate(m, owner, world), evaluate(m, index, world), value, world)
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            _unpack(m, elts, value, world, source)
        case ast.Starred(value=inner):
            assign(m, inner, UNKNOWN, world, source)


def _name(m: Machine, name: str, value: Value, world: World, target: ast.expr) -> None:
    scope = world.frame.scope
    if name in scope.globals:
        escape(m, world, value, name, target)
        world.globals[scope.module.path, name] = value
    world.bind(name, value)


def escape(m: Machine, world: World, value: Value, target: str, node: ast.AST, holder: int | None = None) -> None:
    """Note that a mapped instance is put where it outlives the function."""
    from sessile.flow.adoption import instances
    from sessile.flow.functions import captured

    held = captured(world, value) if isinstance(value, Function) else instances(world, value)
    site = m.site(world, node)
    calls = tuple(frame.call for frame in world.frames[1:] if frame.call is not None)
    storages = tuple(Storage(entity.handle, target, site, holder, calls) for entity in held)
    world.stored = (*world.stored, *storages)[-8:]


def _attribute(m: Machine, target: ast.Attribute, owner: Value, attr: str, value: Value, world: World) -> None:
    match owner:
        case Entity():
            from sessile.flow.reading import write

            write(m, world, owner, attr, value, target)
            world.forget(attr)
        case Instance():
            state = world.instance(owner.handle)
            attributes = MappingProxyType({**state.attributes, attr: value})
            world.update(owner.handle, attributes=attributes)
            if isinstance(target.value, ast.Name) and target.value.id == "self":
                escape(m, world, value, f"self.{attr}", target, owner.handle)
        case SessionRef(handle=handle) if attr in ("expire_on_commit", "autoflush"):
            chosen = value.value if isinstance(value, Const) and isinstance(value.value, bool) else None
            options = world.session(handle).options
            if attr == "autoflush":
                world.update(handle, options=replace(options, autoflush=chosen))
            else:
                world.update(handle, options=replace(options, expire_on_commit=chosen))
        case ClassRef(facts=facts):
            escape(m, world, value, f"{facts.name}.{attr}", target)
        case Row():
            rows.written(m, world, owner, attr, target)
        case SuperRef():
            pass
        case _:
            escape_into(m, world, owner, value, target, attr)


def escape_into(m: Machine, world: World, owner: Value, value: Value, node: ast.AST, name: str) -> None:
    """Something is stored in an object that cannot be seen: it may be read whenever."""
    if isinstance(value, Entity) and world.object(value.handle).life is Life.TRANSIENT:
        return
    base = node.value if isinstance(node, ast.Attribute | ast.Subscript) else None
    if isinstance(base, ast.Name) and world.lookup(base.id) is None:
        escape(m, world, value, base.id, node)


def _item(m: Machine, target: ast.Subscript, owner: Value, index: Value, value: Value, world: World) -> None:
    if isinstance(owner, CollectionRef):
        state = world.collection(owner.handle)
        key = repr(index.value) if isinstance(index, Const) else ast.dump(target.slice)
        known = MappingProxyType({**state.known, key: value})
        items = (*[item for item in state.items if item != state.known.get(key)], value)
        world.update(owner.handle, known=known, items=items[-6:])
        kept_in(m, world, owner, target.value, value, target)
        return
    if isinstance(owner, Entity):
        return
    escape_into(m, world, owner, value, target, "")


def kept_in(m: Machine, world: World, owner: CollectionRef, container: ast.expr, value: Value, node: ast.AST) -> None:
    """Something is put into a collection: one of the module, or of `self`, outlives the function."""
    if owner.handle in m.shared:
        name = container.id if isinstance(container, ast.Name) else ast.unparse(container)
        escape(m, world, value, name, node, owner.handle)
        return
    match container:
        case ast.Attribute(value=ast.Name(id="self" | "cls" as receiver), attr=attr):
            escape(m, world, value, f"{receiver}.{attr}", node, owner.handle)


def _unpack(m: Machine, elts: list[ast.expr], value: Value, world: World, source: ast.expr) -> None:
    items: tuple[Value, ...] = ()
    if isinstance(value, ResultRef | Query):
        from sessile.flow.loops import fetched

        value = fetched(m, world, value, source)
    match value:
        case Tuple(items=found) | Row(items=found):
            items = found
        case Instance():
            from sessile.flow.construction import named_items

            items = named_items(world, value)
        case Entity() | Scalar():
            rows.taken_apart(m, world, value, None, source)
        case CollectionRef(handle=handle):
            from sessile.flow.collections import fresh

            state = world.collection(handle)
            if state.each is not None:
                for each in elts:
                    target = each.value if isinstance(each, ast.Starred) else each
                    one = value if isinstance(each, ast.Starred) else fresh(m, world, state.each)
                    assign(m, target, one, world, source)
                return
            items = state.items
    starred = any(isinstance(each, ast.Starred) for each in elts)
    for position, each in enumerate(elts):
        part = items[position] if not starred and len(items) == len(elts) else UNKNOWN
        assign(m, each, part, world, source)


def delete(m: Machine, target: ast.expr, world: World) -> None:
    """`del target`."""
    match target:
        case ast.Name(id=name):
            world.frame.variables.pop(name, None)
            world.forget(name)
        case ast.Tuple(elts=elts):
            for each in elts:
                delete(m, each, world)
        case ast.Subscript(value=value) | ast.Attribute(value=value):
            evaluate(m, value, world)
