"""What a parameter or variable is, from its annotation, its default or, where nothing better is known, its name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow import application, connections, objects
from sessile.flow.frames import Frame
from sessile.flow.once import once
from sessile.flow.options import SessionOptions
from sessile.flow.outside import outside
from sessile.flow.records import replace
from sessile.flow.values import (
    UNKNOWN,
    ClassRef,
    CollectionRef,
    ConnectionRef,
    Const,
    Dependency,
    External,
    Factory,
    Generic,
    Instance,
    Scalar,
    SessionRef,
    Statement,
    Value,
)
from sessile.flow.world import CollectionState, InstanceState, Openness, Owner, SessionState, World
from sessile.orm.api.factories import FACTORIES, SESSION_CLASSES, canonical
from sessile.orm.hints import COMMON, DECISIVE, SESSION_NAMES, STREAMS
from sessile.orm.mapped import Role

if TYPE_CHECKING:
    from sessile.flow.machine import Machine
    from sessile.flow.scopes import Scope

COLLECTIONS = frozenset(
    {"list", "List", "set", "Set", "Sequence", "Iterable", "Iterator", "Collection", "frozenset", "ScalarResult"}
)
TUPLES = frozenset({"tuple", "Tuple"})
MAPPINGS = frozenset({"dict", "Dict", "Mapping", "defaultdict", "MutableMapping"})
PROMISING = COLLECTIONS | TUPLES | MAPPINGS | {"Optional", "Union", "Annotated", "Awaitable", "Coroutine"}
TRANSPARENT = frozenset({"Optional", "Union", "Annotated", "Awaitable", "Final", "ClassVar", "Coroutine"})
#: Types of plain values, and what is known of one.
PLAIN = {
    "builtins.int": "number",
    "builtins.float": "number",
    "builtins.bool": "number",
    "decimal.Decimal": "number",
    "builtins.str": "text",
    "uuid.UUID": "fixed",
    "datetime.datetime": "fixed",
    "datetime.date": "fixed",
}
UNSEEN_OPTIONS = SessionOptions(expire_on_commit=None, autoflush=None)


def type_value(m: Machine, node: ast.expr, world: World) -> Value:
    """An annotation as a value: a class, a Generic, a Dependency for `Annotated[..., Depends(f)]`."""
    match node:
        case ast.Constant(value=str() as text):
            try:
                return type_value(m, ast.parse(text, mode="eval").body, world)
            except SyntaxError:
                return UNKNOWN
        case ast.Constant():
            return Const(node.value)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return Generic("Union", (type_value(m, left, world), type_value(m, right, world)))
        case ast.Subscript():
            return _subscripted(m, node, world)
        case ast.List(elts=elts):
            return Generic("list", tuple(type_value(m, each, world) for each in elts))
        case ast.Name() | ast.Attribute() | ast.Call():
            from sessile.flow.evaluation import evaluate

            return evaluate(m, node, world)
    return UNKNOWN


def _subscripted(m: Machine, node: ast.Subscript, world: World) -> Value:
    origin = type_value(m, node.value, world)
    name = origin.name.rpartition(".")[2] if isinstance(origin, External) else ""
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    arguments = tuple(type_value(m, each, world) for each in inner)
    if name == "Annotated":
        for each in arguments[1:]:
            if isinstance(each, Dependency):
                return replace(each, base=arguments[0])
        return arguments[0] if arguments else UNKNOWN
    if isinstance(origin, External) and canonical(origin.name) in FACTORIES:
        return Generic(canonical(origin.name).rpartition(".")[2], arguments)
    return Generic(name or "class", arguments)


def declared(m: Machine, annotation: ast.expr | None, world: World, scope: Scope | None = None) -> Value:
    """A value of the declared type that came from out of sight; UNKNOWN where the type says nothing."""
    if annotation is None:
        return UNKNOWN
    here = world
    if scope is not None:
        here = World([Frame(scope, {})], world.heap, {}, None, world.shared)
    return of_type(m, type_value(m, annotation, here), world, annotation)


def of_type(m: Machine, kind: Value, world: World, node: ast.AST) -> Value:
    """An unseen value of a type."""
    site = m.site(world, node)
    match kind:
        case External(name=name):
            if name.rpartition(".")[2] in ("sessionmaker", "async_sessionmaker"):
                return Factory(UNSEEN_OPTIONS, asynchronous=name.rpartition(".")[2].startswith("async"))
            if name in connections.CLASSES:
                return ConnectionRef(connections.CLASSES[name])
            plain = PLAIN.get(name)
            found = Scalar(kind=plain) if plain is not None else unseen_session(m, world, name, node)
            known = outside(m, name) if found is UNKNOWN else UNKNOWN
            return of_type(m, known, world, node) if isinstance(known, ClassRef) else found
        case ClassRef(facts=facts):
            if facts.role is Role.MAPPED:
                return objects.unseen(m, world, facts, site, "comes from the caller")
            session = session_base(kind)
            if session is not None:
                found = unseen_session(m, world, session, node)
                if isinstance(found, SessionRef):
                    world.update(found.handle, facts=facts)
                return found
            return unseen_instance(m, world, kind)
        case Generic(origin=origin, arguments=arguments):
            return _of_generic(m, origin, arguments, world, node)
        case Dependency():
            return kind
        case Factory():
            return UNKNOWN
    return UNKNOWN


def unseen_instance(m: Machine, world: World, ref: ClassRef) -> Value:
    """An instance of a plain class whose attributes are found when they are read."""
    return Instance(m.new(world, InstanceState(ref.facts, ref.scope)))


def _of_generic(m: Machine, origin: str, arguments: tuple[Value, ...], world: World, node: ast.AST) -> Value:
    from sessile.flow.values import Entity, Tuple

    if origin in ("sessionmaker", "async_sessionmaker"):
        return Factory(UNSEEN_OPTIONS, asynchronous=origin.startswith("async"))
    if origin == "Select" and arguments:
        columns = arguments[0].arguments if isinstance(arguments[0], Generic) else arguments
        return Statement("select", tuple(columns), known_options=False, site=m.site(world, node))
    if origin == "Info" and arguments:
        return application.resolver_info(m, world, of_type(m, arguments[0], world, node))
    if (origin in COLLECTIONS and arguments) or (origin in TUPLES and arguments[1:] == (Const(...),)):
        each = of_type(m, arguments[0], world, node)
        return UNKNOWN if each is UNKNOWN else CollectionRef(m.new(world, CollectionState("list", each=each)))
    if origin in MAPPINGS and len(arguments) == 2:
        each = of_type(m, arguments[1], world, node)
        return UNKNOWN if each is UNKNOWN else CollectionRef(m.new(world, CollectionState("dict", each=each)))
    if origin in TUPLES:
        return Tuple(tuple(of_type(m, each, world, node) for each in arguments))
    if origin in TRANSPARENT:
        real = [each for each in arguments if each != Const(None)]
        found = of_type(m, real[0], world, node) if len(real) == 1 else UNKNOWN
        optional = len(real) < len(arguments) or origin == "Optional"
        return replace(found, optional=True) if optional and isinstance(found, Entity) else found
    return UNKNOWN


def promised_class(m: Machine, annotation: ast.expr, world: World) -> str | None:
    """The mapped class that a return annotation promises, alone or in a container."""
    return _mapped_in(type_value(m, annotation, world))


def _mapped_in(kind: Value) -> str | None:
    match kind:
        case ClassRef(facts=facts) if facts.role is Role.MAPPED:
            return facts.name
        case Generic(origin=origin, arguments=arguments) if origin in PROMISING:
            return next((name for each in arguments if (name := _mapped_in(each)) is not None), None)
    return None


def session_base(ref: ClassRef) -> str | None:
    """The session class that a class of the workspace derives from, by its public name."""
    for facts in ref.facts.mro:
        for base in facts.bases:
            if isinstance(base, str) and canonical(base) in SESSION_CLASSES:
                return canonical(base)
    return None


def unseen_session(
    m: Machine, world: World, name: str, node: ast.AST, owner: Owner = Owner.CALLER, certain: bool = True
) -> Value:
    """A session that somebody else opened, by the name of its class; UNKNOWN if the name is none of a session."""
    known = SESSION_CLASSES.get(canonical(name))
    if known is None:
        return UNKNOWN
    return new_unseen_session(m, world, known.asynchronous, known.sqlmodel, node, owner, certain)


def new_unseen_session(
    m: Machine,
    world: World,
    asynchronous: bool,
    sqlmodel: bool,
    node: ast.AST,
    owner: Owner = Owner.CALLER,
    certain: bool = True,
) -> SessionRef:
    """A session of which only the class is known."""
    calls = tuple(frame.call for frame in world.frames[1:] if frame.call is not None)
    site = m.site(world, node)
    state = SessionState(
        asynchronous, sqlmodel, UNSEEN_OPTIONS, owner, Openness.UNKNOWN, certain=certain, site=site, calls=calls
    )
    return SessionRef(m.new(world, state))


def hinted(m: Machine, world: World, name: str) -> Value:
    """A session where only the name says so; whether it is asynchronous shows in how it is used."""
    if name not in SESSION_NAMES:
        return UNKNOWN
    scope = world.frame.scope
    node = scope.node
    usage = _usage(node, name, COMMON)
    if usage is None and getattr(node, "name", "") == "__init__" and scope.parent is not None:
        usage = _usage(scope.parent.node, name)
    if usage is None:
        return UNKNOWN
    found = new_unseen_session(m, world, usage, False, node, Owner.CALLER, certain=False)
    world.update(found.handle, guessed=True)
    return found


def _usage(node: ast.AST, name: str, more: frozenset[str] = frozenset()) -> bool | None:
    """True if methods of `name` are awaited, False if they are called, None if neither happens."""
    awaited, called = _session_calls(node)
    if name in awaited:
        return True
    return False if any((name, attr) in called for attr in DECISIVE | more) else None


@once
def _session_calls(node: ast.AST) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """The names of which a session's methods are awaited, and all of which methods are called, with these."""
    awaited, called = set(), set()
    for child in ast.walk(node):
        match child:
            case ast.Await(value=ast.Call(func=ast.Attribute(value=owner, attr=attr))) if attr in DECISIVE | STREAMS:
                awaited.add(_last(owner))
            case ast.Call(func=ast.Attribute(value=owner, attr=attr)):
                called.add((_last(owner), attr))
    return frozenset(awaited), frozenset(called)


def _last(node: ast.expr) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))
