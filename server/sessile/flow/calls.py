"""Calls: who is called, with what, and what that does."""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow import adoption, concurrency, connections, members, objects, risks, rows, strings, using
from sessile.flow.arguments import arguments_of, joined
from sessile.flow.assignment import escape, kept_in
from sessile.flow.endings import perhaps_end
from sessile.flow.evaluation import evaluate
from sessile.flow.records import replace
from sessile.flow.values import (
    NONE,
    SCALAR,
    UNKNOWN,
    Arguments,
    BoundMethod,
    ClassRef,
    Closing,
    CollectionRef,
    ConnectionRef,
    Const,
    Coroutine,
    EngineRef,
    Entity,
    ExitStack,
    External,
    Factory,
    Formatted,
    Function,
    Generator,
    Instance,
    LoaderOption,
    Members,
    Partial,
    Query,
    ResultRef,
    Row,
    SessionRef,
    Statement,
    SuperRef,
    TransactionRef,
    Tuple,
    Value,
)
from sessile.flow.world import Life, Owner, Status, World

if TYPE_CHECKING:
    from sessile.flow.machine import Machine
    from sessile.flow.world import SessionState


def call_node(m: Machine, world: World, node: ast.Call) -> Value:
    """Evaluate a call expression."""
    if isinstance(node.func, ast.Name) and node.func.id == "super":
        return _super(m, world, node)
    callee = evaluate(m, node.func, world)
    arguments = arguments_of(m, world, node)
    return call(m, world, callee, arguments, node)


def _super(m: Machine, world: World, node: ast.Call) -> Value:
    """`super()`, or `super(Class, self)` as it is written in full."""
    if len(node.args) == 2:
        after, receiver = (evaluate(m, each, world) for each in node.args)
        return SuperRef(receiver, after.facts) if isinstance(after, ClassRef) else UNKNOWN
    parent = world.frame.scope.owner
    receiver = next(iter(world.frame.variables.values()), UNKNOWN)
    return SuperRef(receiver, parent) if parent is not None else UNKNOWN


def call(m: Machine, world: World, callee: Value, arguments: Arguments, node: ast.AST, greenlet: bool = False) -> Value:
    """Call a value."""
    from sessile.flow.functions import call_function

    m.risks += not risks.harmless(callee)
    match callee:
        case Function():
            return _function(m, world, callee, arguments, node, greenlet)
        case BoundMethod(receiver=Members() as listed, name=name):
            return members.call(listed, name)
        case BoundMethod():
            return call_bound(m, world, callee, arguments, node)
        case External(name=name):
            from sessile.flow.library import call_external

            return call_external(m, world, name, arguments, node)
        case ClassRef():
            from sessile.flow.construction import construct

            return construct(m, world, callee, arguments, node)
        case Factory():
            from sessile.flow.construction import open_session

            return open_session(m, world, callee, arguments, node)
        case Instance():
            from sessile.flow.definitions import method

            found = method(world.instance(callee.handle).facts, "__call__")
            if found is not None:
                return call_function(m, world, found.bound(callee), arguments, node)
        case Partial(callee=inner, arguments=given):
            return call(m, world, inner, joined(given, arguments), node, greenlet)
        case ResultRef():
            from sessile.flow.fetching import thawed

            return thawed(m, world, callee)
        case SessionRef():
            return callee
    _not_followed(m, world, arguments, node)
    havoc(m, world, arguments.everything())
    return UNKNOWN


def _function(m: Machine, world: World, callee: Function, arguments: Arguments, node: ast.AST, greenlet: bool) -> Value:
    from sessile.flow.functions import call_function

    scope = callee.scope
    if scope.generator and isinstance(node, ast.Call):
        return Generator(callee, arguments, node, callee.manager)
    if scope.asynchronous and isinstance(node, ast.Call):
        return Coroutine(callee, arguments, node)
    return call_function(m, world, callee, arguments, node, greenlet)


def _awaited_attribute(m: Machine, world: World, entity: Entity, name: str, node: ast.AST) -> Value:
    """`await obj.awaitable_attrs.name`: loads whatever is not loaded, as long as the object has a session."""
    from sessile.flow.reading import read

    depth, before = len(world.frames) - 1, world.frame.greenlet
    world.frames[depth].greenlet = True
    value = read(m, world, entity, name, node)
    world.frames[depth].greenlet = before
    return value


def awaited(m: Machine, world: World, value: Value, node: ast.AST) -> Value:
    """`await value`."""
    match value:
        case BoundMethod(receiver=BoundMethod(receiver=Entity() as entity, name="awaitable_attrs"), name=name):
            return _awaited_attribute(m, world, entity, name, node)
    if not isinstance(value, Coroutine):
        return value
    if isinstance(value.callee, BoundMethod):
        return call_bound(m, world, value.callee, value.arguments, value.node, awaited=True)
    if isinstance(value.callee, Function):
        from sessile.flow.functions import call_function

        return call_function(m, world, value.callee, value.arguments, value.node)
    return UNKNOWN


def call_bound(
    m: Machine, world: World, bound: BoundMethod, arguments: Arguments, node: ast.AST, awaited: bool = False
) -> Value:
    """Call a method of a value that the interpreter knows."""
    from sessile.flow import builders, collections, fetching, queries, sessions

    receiver, name = bound.receiver, bound.name
    if not isinstance(node, ast.Call):
        havoc(m, world, arguments.everything())
        return UNKNOWN
    match receiver:
        case SessionRef():
            return sessions.call_method(m, world, receiver, name, arguments, node, awaited)
        case ResultRef():
            return fetching.call_result(m, world, receiver, name, arguments, node, awaited)
        case Query():
            return queries.call_query(m, world, receiver, name, arguments, node)
        case Statement():
            return builders.call_statement(m, world, receiver, name, arguments, node)
        case LoaderOption():
            return builders.call_option(world, receiver, name, arguments)
        case CollectionRef():
            adoption.changed_in_place(m, world, receiver, name, arguments, node)
            if name in KEEPING and isinstance(node.func, ast.Attribute):
                for given in arguments.positional:
                    kept_in(m, world, receiver, node.func.value, _listed(m, world, given, node), node)
            elif name == "clear":
                world.stored = tuple(each for each in world.stored if each.holder != receiver.handle)
            return collections.call_collection(m, world, receiver, name, arguments, node)
        case EngineRef():
            return connections.call_engine(m, world, receiver, name, arguments)
        case ConnectionRef():
            return connections.call_connection(m, world, receiver, name, arguments, node, awaited)
        case Const() | Formatted():
            for given in arguments.everything():
                formatted(m, world, given, node)
            return strings.call(m, world, receiver, name, arguments, node)
        case Row():
            return rows.call(m, world, receiver, name, arguments)
        case ExitStack():
            return _entered(world, receiver, name, arguments)
        case Factory():
            from sessile.flow.construction import call_factory

            return call_factory(m, world, receiver, name, arguments, node)
        case TransactionRef():
            return _transaction(m, world, receiver, name, node)
        case Entity():
            return _entity_method(m, world, receiver, name, arguments, node)
        case ClassRef():
            return _class_method(m, world, receiver, name, arguments, node)
    if isinstance(receiver, External) and name in ("put", "put_nowait", "set", "append", "appendleft", "add"):
        for given in arguments.positional:
            escape(m, world, given, receiver.name.rpartition(".")[2], node)
    _not_followed(m, world, arguments, node)
    havoc(m, world, (*arguments.everything(), *([receiver] if isinstance(receiver, Instance) else [])))
    return builders.column_method(receiver, name, arguments)


def _not_followed(m: Machine, world: World, arguments: Arguments, node: ast.AST) -> None:
    """A call that nobody sees may start or await something, and end a session that it reaches, or the path."""
    concurrency.elsewhere(m, world, arguments, node)
    using.perhaps_ended(world, node)
    perhaps_end(world, node)


def _entered(world: World, stack: ExitStack, name: str, arguments: Arguments) -> Value:
    """`stack.enter_context(session)`: the stack closes it at the end of its own block."""
    given = arguments.positional[0] if arguments.positional else UNKNOWN
    session = given.session if isinstance(given, Closing) else given
    if name in ("enter_context", "enter_async_context", "push") and isinstance(session, SessionRef):
        held = world.collection(stack.handle)
        world.update(stack.handle, items=(*held.items, session))
        return session
    return UNKNOWN


KEEPING = frozenset(
    {"append", "add", "extend", "insert", "update", "setdefault", "appendleft", "put", "put_nowait", "set"}
)


def _listed(m: Machine, world: World, given: Value, node: ast.Call) -> Value:
    """What `extend(result)` puts in."""
    from sessile.flow.loops import source

    return source(m, world, given, node) if isinstance(given, ResultRef | Query) else given


def _transaction(m: Machine, world: World, ref: TransactionRef, name: str, node: ast.Call) -> Value:
    from sessile.flow import transactions

    if not ref.nested and name == "commit":
        transactions.commit(m, world, ref.session, node)
    elif name == "rollback":
        transactions.undo(m, world, ref.session, ref.nested, node)
    return NONE


def _class_method(m: Machine, world: World, ref: ClassRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    if name in ("model_validate", "from_orm"):
        from sessile.flow.serialization import validate

        return validate(m, world, ref, arguments, node)
    havoc(m, world, arguments.everything())
    return UNKNOWN


def _entity_method(m: Machine, world: World, entity: Entity, name: str, arguments: Arguments, node: ast.Call) -> Value:
    from sessile.flow.definitions import method
    from sessile.flow.reading import updated

    facts = world.object(entity.handle).facts
    found = method(facts, name) if facts is not None else None
    if found is not None:
        return _function(m, world, found.bound(entity), arguments, node, False) if _bindable(found) else UNKNOWN
    if name in ("model_dump", "dict", "json", "model_dump_json"):
        return UNKNOWN
    if name == "sqlmodel_update":
        return updated(m, world, entity, arguments, node)
    if facts is None or not facts.complete:
        havoc(m, world, (entity, *arguments.everything()))
    return UNKNOWN


def _bindable(function: Function) -> bool:
    return not function.scope.decorator_names & {"staticmethod", "classmethod"}


def formatted(m: Machine, world: World, value: Value, node: ast.AST) -> None:
    """A value is turned into text: `__str__` or `__repr__` of an entity runs."""
    from sessile.flow.definitions import method
    from sessile.flow.functions import call_accessor

    if not isinstance(value, Entity):
        return
    facts = world.object(value.handle).facts
    for name in ("__str__", "__repr__"):
        found = method(facts, name) if facts is not None else None
        if found is not None:
            call_accessor(m, world, value, found.scope.node, node)
            return


def havoc(m: Machine, world: World, values: tuple[Value, ...], seen: frozenset[int] = frozenset()) -> None:
    """Somebody out of sight got these values: nothing that they could have changed is certain any more."""
    m.opaque += 1
    for value in values:
        handle = getattr(value, "handle", None)
        if handle in seen:
            continue
        match value:
            case SessionRef(handle=number):
                _session_away(world, number)
            case Entity(handle=number):
                _object_away(world, number)
            case Tuple(items=items) | Row(items=items):
                havoc(m, world, items, seen)
            case CollectionRef(handle=number):
                state = world.collection(number)
                havoc(m, world, (*state.items, *([state.each] if state.each else [])), seen | {number})
            case Instance(handle=number):
                held = tuple(world.instance(number).attributes.values())
                havoc(m, world, held, seen | {number})
            case Coroutine(arguments=arguments) | Generator(arguments=arguments):
                havoc(m, world, arguments.everything(), seen)
            case Function(closure=closure) if closure:
                tracked = tuple(each for each in closure.values() if isinstance(each, SessionRef | Entity))
                havoc(m, world, tracked, seen)


def _session_away(world: World, number: int) -> None:
    state: SessionState = world.session(number)
    for handle, held in world.objects_of(number):
        if held.life is not Life.PENDING:
            objects.forget(world, handle)
    options = state.options
    using.forget_writes(world, number)
    world.update(number, certain=False, begun=True, options=options)
    if state.owner is not Owner.LOCAL:
        return


def _object_away(world: World, number: int) -> None:
    """A function may read an object and so load what was not loaded, but only a session makes it expire."""
    state = world.object(number)
    if state.life is Life.TRANSIENT:
        world.update(number, life=Life.UNKNOWN, columns=Status.UNKNOWN, relationships=Status.UNKNOWN, certain=False)
    elif state.life is Life.PERSISTENT:
        session = objects.session_of(world, state)
        if session is not None and session.asynchronous:
            world.update(number, certain=False)
            return
        columns = Status.UNKNOWN if state.columns is Status.EXPIRED else state.columns
        unloaded = {
            name: Status.UNKNOWN if status in (Status.EXPIRED, Status.DEFERRED, Status.UNLOADED) else status
            for name, status in state.attributes.items()
        }
        world.update(
            number, columns=columns, relationships=Status.UNKNOWN, attributes=MappingProxyType(unloaded), certain=False
        )


__all__ = ["SCALAR", "Const", "awaited", "call", "call_node", "formatted", "havoc", "replace"]
