"""Making things: sessions from factories, factories from options, instances from classes."""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow import backrefs, flask, objects, rows, single
from sessile.flow.adoption import instances
from sessile.flow.annotations import session_base
from sessile.flow.options import SessionOptions
from sessile.flow.records import replace
from sessile.flow.story import Step
from sessile.flow.values import (
    NONE,
    UNKNOWN,
    Arguments,
    ClassRef,
    CollectionRef,
    Const,
    EngineRef,
    External,
    Factory,
    Instance,
    Row,
    SessionRef,
    TransactionRef,
    Value,
)
from sessile.flow.world import InstanceState, Openness, Owner, SessionState, World
from sessile.orm.api.factories import FACTORIES, SESSION_CLASSES, canonical
from sessile.orm.mapped import Relationship, Role, declarative_base

if TYPE_CHECKING:
    from sessile.flow.machine import Machine
    from sessile.orm.mapped import ClassFacts


def session_class(m: Machine, world: World, name: str) -> Factory | None:
    """A session class as the factory that calling it is."""
    known = SESSION_CLASSES.get(canonical(name))
    if known is None or known.scoped:
        return None
    return Factory(SessionOptions(), known.asynchronous, known.sqlmodel)


def declared_base(name: str, arguments: Arguments, module: str) -> Value | None:
    """`declarative_base()`, `registry()` and its `generate_base()`; None for any other call."""
    root, _, last = name.rpartition(".")
    if not root.startswith("sqlalchemy."):
        return None
    if last == "registry":
        return External(f"{name}()")
    if last not in ("declarative_base", "generate_base"):
        return None
    given = arguments.keywords.get("cls")
    base: ClassFacts | str = given.facts if isinstance(given, ClassRef) else "cls"
    closed = given is None and "metaclass" not in arguments.keywords and not arguments.unpacked
    return ClassRef(declarative_base("Base", module, () if closed else (base,)))


def make_factory(m: Machine, world: World, name: str, arguments: Arguments, node: ast.AST) -> Value | None:
    """`sessionmaker(...)`, `scoped_session(...)`, `create_engine(...)`; None if `name` is none of these."""
    known = FACTORIES.get(canonical(name))
    if known is None:
        return None
    if known.kind == "engine":
        return _engine(known.asynchronous, arguments)
    if known.kind == "extension":
        return flask.extension(m, world, arguments, node)
    if known.kind == "scoped":
        return _registry(m, world, arguments, node)
    asynchronous = known.asynchronous
    sqlmodel = False
    chosen = arguments.keywords.get("class_")
    base = _session_name(chosen)
    if base is not None:
        spec = SESSION_CLASSES[base]
        asynchronous, sqlmodel = spec.asynchronous, spec.sqlmodel
    facts = chosen.facts if isinstance(chosen, ClassRef) else None
    options = options_of(arguments, own_options(facts))
    return Factory(options, asynchronous, sqlmodel, site=m.site(world, node), facts=facts)


def own_options(facts: ClassFacts | None) -> SessionOptions:
    """What a session class starts with: the defaults, unless the workspace's own class decides by itself."""
    from sessile.flow.definitions import method

    decides = facts is not None and method(facts, "__init__") is not None
    return SessionOptions(expire_on_commit=None, hidden=True) if decides else SessionOptions()


def _engine(asynchronous: bool, arguments: Arguments) -> EngineRef:
    url = arguments.get(0, "url")
    dialect = (
        url.value.partition(":")[0].partition("+")[0] if isinstance(url, Const) and isinstance(url.value, str) else ""
    )
    autocommit = arguments.keywords.get("isolation_level") == Const("AUTOCOMMIT")
    return EngineRef(asynchronous, "postgresql" if dialect == "postgres" else dialect, autocommit)


def _session_name(value: Value | None) -> str | None:
    if isinstance(value, External) and canonical(value.name) in SESSION_CLASSES:
        return canonical(value.name)
    return session_base(value) if isinstance(value, ClassRef) else None


def options_of(arguments: Arguments, base: SessionOptions) -> SessionOptions:
    """Session options in keyword arguments, on top of `base`."""

    def flag(name: str, present: bool | None) -> bool | None:
        value = arguments.keywords.get(name)
        if value is None:
            return None if arguments.unpacked and name == "expire_on_commit" else present
        return bool(value.value) if isinstance(value, Const) else None

    expiring = flag("expire_on_commit", base.expire_on_commit)

    bind = arguments.get(0, "bind")
    if isinstance(bind, EngineRef):
        base = replace(base, dialect=bind.dialect, autocommit=bind.autocommit)
    return replace(
        base,
        expire_on_commit=expiring,
        hidden=expiring is None and (base.hidden or arguments.unpacked or "expire_on_commit" in arguments.keywords),
        autoflush=flag("autoflush", base.autoflush),
        close_resets_only=flag("close_resets_only", base.close_resets_only) is not False,
        autobegin=flag("autobegin", base.autobegin) is not False,
        future=flag("future", base.future) is True,
    )


def _registry(m: Machine, world: World, arguments: Arguments, node: ast.AST) -> Value:
    given = arguments.get(0, "session_factory")
    factory = given if isinstance(given, Factory) else Factory(SessionOptions(expire_on_commit=None))
    state = SessionState(
        factory.asynchronous,
        factory.sqlmodel,
        factory.options,
        Owner.SHARED,
        Openness.UNKNOWN,
        scoped=True,
        site=m.site(world, node),
    )
    return SessionRef(m.new(world, state))


def open_session(m: Machine, world: World, factory: Factory, arguments: Arguments, node: ast.AST) -> SessionRef:
    """A new session, opened here."""
    site = m.site(world, node)
    state = SessionState(
        factory.asynchronous,
        factory.sqlmodel,
        options_of(arguments, factory.options),
        Owner.LOCAL,
        Openness.OPEN,
        story=(Step(site, "opened"),),
        site=site,
        configured=factory.site or site,
        facts=factory.facts,
        calls=tuple(frame.call for frame in world.frames[1:] if frame.call is not None),
    )
    return SessionRef(m.new(world, state))


def call_factory(m: Machine, world: World, factory: Factory, name: str, arguments: Arguments, node: ast.Call) -> Value:
    """Call a method of a factory: `begin()` makes a session that commits and closes with its block."""
    if name == "begin":
        session = open_session(m, world, factory, Arguments(), node)
        return TransactionRef(session.handle, owns=True)
    return UNKNOWN


def construct(m: Machine, world: World, ref: ClassRef, arguments: Arguments, node: ast.AST) -> Value:
    """Call a class of the workspace."""
    facts = ref.facts
    site = m.site(world, node)
    if facts.role is Role.MAPPED:
        keywords = dict(arguments.keywords)
        for name, value in keywords.items():
            if isinstance(facts.attributes.get(name), Relationship):
                rows.related(m, world, name, value, node)
            elif isinstance(value, Row):
                single.bound(m, world, value, node)
        entity = objects.create(m, world, facts, keywords, site)
        if arguments.unpacked:
            known = world.object(entity.handle).attributes
            world.update(entity.handle, attributes=MappingProxyType(dict(known)))
        for name, value in keywords.items():
            backrefs.linked(m, world, entity, name, instances(world, value))
        return entity
    base = session_base(ref)
    if base is not None:
        spec = SESSION_CLASSES[base]
        factory = Factory(own_options(facts), spec.asynchronous, spec.sqlmodel, facts=facts)
        return open_session(m, world, factory, arguments, node)
    if flask.extended(facts):
        return flask.extension(m, world, arguments, node)
    return _plain_instance(m, world, ref, arguments, node)


def _plain_instance(m: Machine, world: World, ref: ClassRef, arguments: Arguments, node: ast.AST) -> Value:
    from sessile.flow.calls import havoc
    from sessile.flow.definitions import method
    from sessile.flow.functions import call_function

    instance = Instance(m.new(world, InstanceState(ref.facts, ref.scope)))
    init = method(ref.facts, "__init__")
    if init is not None:
        call_function(m, world, init.bound(instance), arguments, node)
        return instance
    fields = _fields(ref)
    given = dict(zip(fields, arguments.positional, strict=False)) | dict(arguments.keywords)
    known = any(isinstance(each, str) for facts in ref.facts.mro for each in facts.bases)
    if ref.facts.role is Role.PYDANTIC or (known and not fields):
        havoc(m, world, arguments.everything())
        return UNKNOWN
    world.update(instance.handle, attributes=MappingProxyType(given))
    after = method(ref.facts, "__post_init__")
    if after is not None:
        call_function(m, world, after.bound(instance), Arguments(), node)
    return instance


def named_items(world: World, value: Instance) -> tuple[Value, ...]:
    """The items of a NamedTuple in order; empty for any other object."""
    state = world.instance(value.handle)
    if not any(base == "typing.NamedTuple" for facts in state.facts.mro for base in facts.bases):
        return ()
    fields = _fields(ClassRef(state.facts, state.scope))
    return tuple(state.attributes.get(name, UNKNOWN) for name in fields)


def _fields(ref: ClassRef) -> list[str]:
    """Annotated names of a class body, in order: the constructor's parameters of a dataclass."""
    from sessile.flow.definitions import home

    found: list[str] = []
    for facts in reversed(ref.facts.mro):
        scope = home(facts)
        body = scope.node.body if scope is not None and isinstance(scope.node, ast.ClassDef) else []
        found.extend(
            each.target.id for each in body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
        )
    return found


__all__ = ["NONE", "CollectionRef", "call_factory", "construct", "make_factory", "open_session", "session_class"]
