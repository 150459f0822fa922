"""Calls of what the workspace does not define: SQLAlchemy itself, the standard library, anything else."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow import concurrency, members, objects, reloading, results, rows, single
from sessile.flow.awaiting import not_awaited
from sessile.flow.endings import end, perhaps_end
from sessile.flow.evaluation import evaluate
from sessile.flow.events import Wrong
from sessile.flow.frames import Round
from sessile.flow.items import mark
from sessile.flow.outside import outside
from sessile.flow.records import replace
from sessile.flow.results import use_up
from sessile.flow.scalars import FIXED, NUMBER, SAFE
from sessile.flow.story import Step
from sessile.flow.using import withdraw
from sessile.flow.values import (
    NONE,
    SCALAR,
    UNKNOWN,
    Arguments,
    BoundMethod,
    ClassRef,
    CollectionRef,
    Const,
    Coroutine,
    Entity,
    Formatted,
    Function,
    Generator,
    Members,
    ResultRef,
    Row,
    SessionRef,
    Tuple,
    Value,
)
from sessile.flow.world import CollectionState, Life, World
from sessile.flow.wrappers import wrapped
from sessile.orm.api.calls import CALLS, LOGGER_METHODS, Use

if TYPE_CHECKING:
    from sessile.flow.machine import Machine

#: What these give cannot be SQL.
NUMBERS = frozenset({"int", "float", "len", "abs", "round", "hash", "ord", "bool", "id"})
GENERATED = (
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
    "uuid.uuid1", "uuid.uuid4", "uuid.uuid6", "uuid.uuid7", "time.time", "secrets.token_hex",
)  # fmt: skip
#: What gives the mapper of a class, or of an instance.
MAPPERS = frozenset(
    {f"sqlalchemy.{name}" for name in ("inspect", "inspection.inspect", "orm.class_mapper", "orm.object_mapper")}
)
CONTAINERS = frozenset({"list", "tuple", "set", "sorted", "reversed", "iter", "frozenset", "filter"})
#: Calls that run a generator to its end.
EXHAUSTING = frozenset({"list", "tuple", "set", "frozenset", "sorted", "sum", "min", "max", "dict"})
#: Calls that run a coroutine to its end.
RUNNERS = frozenset({"asyncio.run", "anyio.run", "asyncio.wait_for", "asyncio.shield"})


def call_external(m: Machine, world: World, name: str, arguments: Arguments, node: ast.AST) -> Value:
    """Call something by its dotted name."""
    from sessile.flow.calls import call, havoc

    bare = name.removeprefix("builtins.")
    if isinstance(node, ast.Call):
        known = _sqlalchemy(m, world, name, arguments, node)
        if known is not None:
            return known
    last = bare.rpartition(".")[2]
    made = wrapped(m, world, bare, arguments, node)
    if made is not None:
        return made
    if bare in RUNNERS:
        return _run_coroutine(m, world, arguments, node)
    _of_row(m, world, bare, arguments, node)
    if bare in NUMBERS and bare not in CALLS and arguments.positional:
        return SAFE
    if bare == "range":
        return CollectionRef(m.new(world, CollectionState("list", each=SAFE)))
    if bare in ("textwrap.dedent", "inspect.cleandoc", "sys.intern") and arguments.positional:
        return arguments.positional[0]
    use = CALLS.get(bare)
    if use is not None:
        return _known(m, world, bare, use, arguments, node)
    if bare == "setattr" and arguments.positional and isinstance(arguments.positional[0], Entity):
        return _set(m, world, arguments.positional[0], arguments, node)
    end(m, world, bare, node)
    if last in LOGGER_METHODS and "log" in bare.lower():
        return NONE
    if last[:1].isupper() and last.endswith(("Error", "Exception")):
        return UNKNOWN
    declared = m.workspace.declared(name)
    if declared is not None:
        return _declared(m, world, declared, arguments, node)
    found = outside(m, name)
    if found is not UNKNOWN:
        return call(m, world, found, arguments, node)
    perhaps_end(world, node, bare)
    havoc(m, world, arguments.everything())
    return UNKNOWN


def _sqlalchemy(m: Machine, world: World, name: str, arguments: Arguments, node: ast.Call) -> Value | None:
    from sessile.flow.builders import build
    from sessile.flow.construction import declared_base, make_factory, open_session, session_class

    made = make_factory(m, world, name, arguments, node)
    if made is not None:
        return made
    base = declared_base(name, arguments, world.frame.scope.module.name)
    if base is not None:
        return base
    session = session_class(m, world, name)
    if session is not None:
        return open_session(m, world, session, arguments, node)
    if name.endswith((".make_transient", ".make_transient_to_detached")):
        return _made_transient(m, world, arguments.get(0, "instance"), node, name.endswith("_detached"))
    return build(m, world, name, arguments, node)


def _made_transient(m: Machine, world: World, given: Value | None, node: ast.Call, detached: bool) -> Value:
    if isinstance(given, Entity):
        session = world.object(given.handle).session
        objects.cut_loose(world, given.handle, Step(m.site(world, node), "made detached"), detached)
        if session is not None:
            withdraw(world, session, (given.handle,))
    return NONE


def _of_row(m: Machine, world: World, name: str, arguments: Arguments, node: ast.AST) -> None:
    """`int(row)` and the like want a number, `json.dumps` wants plain values."""
    if any(isinstance(value, Row) for value in arguments.positional):
        single.called(m, world, name, arguments.positional, node)
    if name in ("json.dumps", "json.dump") and not {"default", "cls"} & set(arguments.keywords):
        for value in arguments.positional[:1]:
            single.encoded(m, world, value, node)


def _run_coroutine(m: Machine, world: World, arguments: Arguments, node: ast.AST) -> Value:
    from sessile.flow.calls import awaited

    first = arguments.positional[0] if arguments.positional else UNKNOWN
    return awaited(m, world, first, node) if isinstance(first, Coroutine) else UNKNOWN


def _text_of_itself(value: Value) -> bool:
    """Whether SQL text takes in the same of a value and of its `str`."""
    return isinstance(value, Const | Formatted) or value in (NUMBER, FIXED)


def _known(m: Machine, world: World, name: str, use: Use, arguments: Arguments, node: ast.AST) -> Value:
    from sessile.flow.calls import formatted, havoc

    values = arguments.everything()
    match use:
        case Use.ITERATES:
            return _container(m, world, name, arguments, node)
        case Use.FORMATS:
            for value in values:
                formatted(m, world, value, node)
            return values[0] if name == "str" and values and _text_of_itself(values[0]) else SCALAR
        case Use.READS:
            return _reads(m, world, name, arguments, node)
        case Use.TESTS:
            _tests(m, world, name, values, node)
            return SAFE if name in NUMBERS else SCALAR
        case Use.SERIALISES | Use.COPIES | Use.SPAWNS:
            if use is Use.SPAWNS:
                concurrency.started(m, world, name, arguments, node)
            if use is Use.SPAWNS or use is Use.SERIALISES:
                havoc(m, world, values)
            return concurrency.in_thread(arguments, node) if name in concurrency.IN_THREAD else UNKNOWN
    if name == "isinstance" and len(values) == 2 and isinstance(values[0], Row):
        return rows.is_instance(m, world, values[0], values[1], node)
    if name in GENERATED:
        return SAFE
    if name in MAPPERS and values:
        return members.mapper_of(world, values[0]) or UNKNOWN
    if name == "type" and len(values) == 1 and isinstance(values[0], Entity):
        facts = world.object(values[0].handle).facts
        return ClassRef(facts) if facts is not None else UNKNOWN
    if name == "typing.cast" and len(values) == 2:
        return values[1]
    return NONE if use is Use.LOGS else UNKNOWN


def _tests(m: Machine, world: World, name: str, values: tuple[Value, ...], node: ast.AST) -> None:
    """`bool(row)` and `len(result)` do not say what they seem to."""
    match name, values:
        case "bool", (Row() as row, *_):
            single.tested(m, world, row, node.args[0] if isinstance(node, ast.Call) else node)
        case "bool" | "len", (Coroutine() as pending, *_):
            not_awaited(m, world, pending, "measured" if name == "len" else "tested", node)
        case "bool" | "len", (ResultRef() as result, *_):
            how = Wrong.MEASURED if name == "len" else Wrong.TESTED
            results.wrong(m, world, result, name, how, m.site(world, node))


def _container(m: Machine, world: World, name: str, arguments: Arguments, node: ast.AST) -> Value:
    from sessile.flow.loops import source

    given = arguments.positional[-1] if name in ("map", "filter") else arguments.get(0, "iterable")
    if given is None:
        return CollectionRef(m.new(world, CollectionState("dict" if name == "dict" else "list")))
    if name == "iter":
        return given
    _exhausted(m, world, name, node)
    listed = source(m, world, given, node) if isinstance(node, ast.expr) else given
    _keyed(m, world, arguments, listed, node)
    if isinstance(listed, Generator):
        return _drained(m, world, name, listed)
    if name == "next":
        return _next(m, world, listed)
    if name in CONTAINERS:
        use_up(world, given, "all", m.site(world, node))
        if isinstance(listed, CollectionRef):
            return replace(listed, copied=True)
        return listed if isinstance(listed, Tuple) else UNKNOWN
    if name == "enumerate":
        return _paired(m, world, listed, counted=True)
    if name == "zip":
        return UNKNOWN
    if name == "map" and isinstance(arguments.positional[0], Function):
        return _mapped(m, world, arguments.positional[0], listed, node)
    return UNKNOWN


def _drained(m: Machine, world: World, name: str, value: Generator) -> Value:
    """`list(load())` and the like run a generator of the workspace to its end."""
    from sessile.flow.comprehensions import drained
    from sessile.flow.functions import too_deep

    if name not in EXHAUSTING or too_deep(m, value.callee):
        return UNKNOWN
    kept = drained(m, world, value, "list", lambda _, each: [each])
    return kept if name in CONTAINERS else UNKNOWN


def _exhausted(m: Machine, world: World, name: str, node: ast.AST) -> None:
    """`sum(x.n for x in result)` takes all that the result has."""
    first = node.args[0] if isinstance(node, ast.Call) and node.args else None
    if name not in EXHAUSTING or not isinstance(first, ast.GeneratorExp):
        return
    source = first.generators[0].iter
    if isinstance(source, ast.Name):
        use_up(world, evaluate(m, source, world), "all", m.site(world, first))


def _keyed(m: Machine, world: World, arguments: Arguments, listed: Value, node: ast.AST) -> None:
    """`key=` of `sorted` and the like, and the function of `filter`, see every element."""
    from sessile.flow.calls import call

    key = arguments.keywords.get("key") or next(
        (each for each in arguments.positional if isinstance(each, Function)), None
    )
    if not isinstance(key, Function) or not isinstance(listed, CollectionRef | Tuple):
        return
    each = _next(m, world, listed)
    if each is not UNKNOWN:
        loops, site = world.frame.loops, m.site(world, node)
        mark(world, each, site)
        world.frame.loops = (*loops, Round(site))
        call(m, world, key, Arguments((each,)), node)
        world.frame.loops = loops


def _next(m: Machine, world: World, listed: Value) -> Value:
    from sessile.flow.collections import fresh

    if isinstance(listed, CollectionRef):
        state = world.collection(listed.handle)
        if state.each is not None:
            return fresh(m, world, state.each)
        return state.items[0] if state.items else UNKNOWN
    if isinstance(listed, Tuple) and listed.items:
        return listed.items[0]
    return UNKNOWN


def _paired(m: Machine, world: World, listed: Value, counted: bool) -> Value:
    if isinstance(listed, CollectionRef):
        state = world.collection(listed.handle)
        items = tuple(Tuple((SAFE, item)) for item in state.items)
        each = None if state.each is None else Tuple((SAFE, state.each))
        return CollectionRef(m.new(world, CollectionState("list", items, each)))
    return UNKNOWN


def _mapped(m: Machine, world: World, function: Function, listed: Value, node: ast.AST) -> Value:
    from sessile.flow.calls import call

    each = _next(m, world, listed)
    if each is UNKNOWN:
        return UNKNOWN
    value = call(m, world, function, Arguments((each,)), node)
    return CollectionRef(m.new(world, CollectionState("list", each=value)))


def _reads(m: Machine, world: World, name: str, arguments: Arguments, node: ast.AST) -> Value:
    from sessile.flow.reading import read

    if len(arguments.positional) < 2:
        return UNKNOWN
    target, attribute = arguments.positional[:2]
    if isinstance(target, SessionRef) and isinstance(attribute, Const):
        return _of_session(world, target, str(attribute.value), name)
    if isinstance(target, Row) and isinstance(attribute, Const) and name == "getattr":
        return rows.reached(m, world, target, str(attribute.value), arguments.get(2, "default"), node)
    if isinstance(target, Entity) and isinstance(attribute, Members):
        return members.fetched(m, world, target, attribute, node)
    if isinstance(target, Entity) and isinstance(attribute, Const) and isinstance(attribute.value, str):
        value = read(m, world, target, attribute.value, node)
        facts = world.object(target.handle).facts
        known = facts is not None and attribute.value in facts.attributes
        return value if name == "getattr" else Const(True) if known else SCALAR
    return UNKNOWN


def _of_session(world: World, ref: SessionRef, attribute: str, name: str) -> Value:
    """`hasattr(session, "commit")` and `getattr(session, "commit")`."""
    from sessile.flow.sessions import method_of

    known = method_of(world, ref, attribute) is not None
    if name == "hasattr":
        return Const(True) if known else UNKNOWN
    return BoundMethod(ref, attribute) if known else UNKNOWN


def _set(m: Machine, world: World, entity: Entity, arguments: Arguments, node: ast.AST) -> Value:
    """`setattr(obj, name, value)`; whatever the name is, the object has changed."""
    from sessile.flow.reading import changed, write

    name = arguments.get(1, "name")
    if isinstance(name, Const) and isinstance(name.value, str):
        write(m, world, entity, name.value, arguments.get(2, "value") or UNKNOWN, node)
    else:
        changed(m, world, entity, (), node)
    return NONE


def _declared(m: Machine, world: World, facts: dict[str, object], arguments: Arguments, node: ast.AST) -> Value:
    """Carry out what the user declared of a function out of sight."""
    from sessile.flow import transactions

    for value in arguments.everything():
        if isinstance(value, SessionRef):
            if facts.get("commits"):
                transactions.commit(m, world, value.handle, node)
            if facts.get("rolls_back"):
                transactions.rollback(m, world, value.handle, node)
            if facts.get("closes"):
                transactions.close(m, world, value.handle, node, "closed by the call")
        elif (
            isinstance(value, Entity) and facts.get("refreshes") and world.object(value.handle).life is Life.PERSISTENT
        ):
            reloading.refreshed(m, world, value, m.site(world, node))
    return UNKNOWN


__all__ = ["ResultRef", "Row", "call_external"]
