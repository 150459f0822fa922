"""What each method of a session does. The tables of `orm.api` say which effect a method has; here is each effect."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow import (
    fetching,
    flushing,
    identity,
    membership,
    merging,
    objects,
    reloading,
    rows,
    sql,
    transactions,
    updating,
)
from sessile.flow.adoption import adopt, instances, joins, perhaps_added, rejoin
from sessile.flow.events import SessionUsed, StatementRun
from sessile.flow.reading import loaded_in_loop
from sessile.flow.records import replace
from sessile.flow.story import Step
from sessile.flow.using import change, forget_writes, note_write, use, withdraw
from sessile.flow.values import (
    NONE,
    UNKNOWN,
    Arguments,
    BoundMethod,
    ClassRef,
    ConnectionRef,
    Coroutine,
    Entity,
    Query,
    SessionRef,
    Statement,
    TransactionRef,
    Value,
)
from sessile.flow.world import Life, ObjectState, Openness, World
from sessile.orm.api.session import (
    ASYNC_SCOPED_SESSION,
    ASYNC_SESSION,
    SCOPED_SESSION,
    SESSION,
    SQLMODEL_SESSION,
    Effect,
)
from sessile.orm.mapped import Relationship

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessile.flow.machine import Machine
    from sessile.flow.story import Site
    from sessile.orm.api.session import Method

    Handler = Callable[[Machine, World, SessionRef, str, Arguments, ast.Call], Value]

HANDLERS: dict[Effect, Handler] = {}
#: The tables of registries, by whether their sessions are asynchronous.
REGISTRIES = {False: SCOPED_SESSION, True: ASYNC_SCOPED_SESSION}
#: Effects that neither talk to the database nor care whether the session is closed or broken.
QUIET = frozenset(
    {
        Effect.CLOSE, Effect.CLOSE_ALL, Effect.RESET, Effect.INVALIDATE, Effect.REMOVE, Effect.PURE, Effect.ROLLBACK,
        Effect.EXPUNGE, Effect.EXPUNGE_ALL, Effect.EXPIRE, Effect.EXPIRE_ALL, Effect.NO_AUTOFLUSH, Effect.CONFIGURE,
    }
)  # fmt: skip
TAKES_INSTANCES = frozenset(
    {Effect.ADD, Effect.ADD_ALL, Effect.DELETE, Effect.MERGE, Effect.REFRESH, Effect.EXPIRE, Effect.EXPUNGE}
)


def method_of(world: World, ref: SessionRef, name: str) -> Method | None:
    """The table row of a method, by the kind of session."""
    state = world.session(ref.handle)
    registry = REGISTRIES[state.asynchronous].get(name) if state.scoped else None
    if state.asynchronous and not ref.facade:
        return registry or ASYNC_SESSION.get(name) or (SQLMODEL_SESSION.get(name) if name == "exec" else None)
    return registry or SESSION.get(name) or SQLMODEL_SESSION.get(name)


def call_method(
    m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call, awaited: bool = False
) -> Value:
    """Call `session.name(...)`. A coroutine method has its effect when it is awaited."""
    if name in ("__enter__", "__aenter__"):
        return ref
    if name in ("__exit__", "__aexit__"):
        transactions.close(m, world, ref.handle, node, "closed at the end of its `with` block")
        return NONE
    method = method_of(world, ref, name)
    if method is None:
        return _foreign(m, world, ref, arguments)
    asynchronous = world.session(ref.handle).asynchronous and not ref.facade
    if asynchronous and (method.awaits or name == "exec") and not awaited:
        if method.effect is Effect.COMMIT:
            world.update(ref.handle, writes=(), dirty=False)
        return Coroutine(BoundMethod(ref, name), arguments, node)
    if world.session(ref.handle).guessed and _lacks_await(world, name, asynchronous):
        world.doubtful = True
    if name == "exec" and world.session(ref.handle).sqlmodel:
        sql.misplaced_parameters(m, world, ref.handle, arguments, node)
    elif name == "exec" and len(arguments.positional) > 1:  # SQLModel's takes none, and it may be one of these
        world.doubtful = True
    given = _given(name, arguments)
    if method.effect in TAKES_INSTANCES:
        rows.given(m, world, name, given, node)
    membership.accept(m, world, ref.handle, name, method.effect, given, node)
    membership.discard(world, ref.handle, method.effect, arguments)
    if method.effect is Effect.MERGE and given is not None and merging.is_own(world, ref.handle, given):
        return given
    if method.effect not in QUIET:
        changes = bool(change(arguments.positional[0])) if arguments.positional else False
        use(m, world, ref.handle, name, method.effect, node, changes)
    elif method.effect in (Effect.ROLLBACK,):
        m.emit(SessionUsed(m.site(world, node), world, ref.handle, world.session(ref.handle), name))
    handler = HANDLERS.get(method.effect)
    return UNKNOWN if handler is None else handler(m, world, ref, name, arguments, node)


def _lacks_await(world: World, name: str, asynchronous: bool) -> bool:
    """Whether what follows is never reached if the session is an AsyncSession after all."""
    method = ASYNC_SESSION.get(name)
    waits = method is not None and method.awaits
    return waits and not asynchronous and isinstance(world.frame.scope.node, ast.AsyncFunctionDef)


def _foreign(m: Machine, world: World, ref: SessionRef, arguments: Arguments) -> Value:
    """A method that SQLAlchemy does not have: a subclass's own, which may do anything."""
    from sessile.flow.calls import havoc

    havoc(m, world, (ref, *arguments.everything()))
    return UNKNOWN


def handles(*effects: Effect) -> Callable[[Handler], Handler]:
    """Register the function that carries out an effect."""

    def register(function: Handler) -> Handler:
        for effect in effects:
            HANDLERS[effect] = function
        return function

    return register


def _given(name: str, arguments: Arguments) -> Value | None:
    """What a method that takes instances is given."""
    return arguments.get(0, "instances" if name.endswith("_all") else "instance")


@handles(Effect.ADD, Effect.ADD_ALL)
def _add(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    given = _given(name, arguments)
    rejoin(world)
    for entity in instances(world, given):
        if world.object(entity.handle).life is Life.PERSISTENT:
            world.update(entity.handle, deleted=False)
            world.update(ref.handle, begun=True)
        adopt(m, world, ref.handle, entity, node, "added to the session")
    if not instances(world, given):
        world.update(ref.handle, unflushed=True, begun=True)
        perhaps_added(world, Life.TRANSIENT, Life.DETACHED)
        if any(_is_construction(each) for each in node.args):
            note_write(world, ref.handle, m.site(world, node), "an object is added", certain=False)
    return NONE


def _is_construction(node: ast.expr) -> bool:
    """Whether an expression looks like the call of a class."""
    name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
    return name[:1].isupper() and not name.isupper()


@handles(Effect.DELETE, Effect.DELETE_ALL)
def _delete(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    site = m.site(world, node)
    for entity in instances(world, _given(name, arguments)):
        if world.object(entity.handle).life is Life.DETACHED:
            joins(m, world, ref.handle, entity, node)
        world.update(entity.handle, deleted=True)
        m.tell(world, entity.handle, site, "marked for deletion")
    note_write(world, ref.handle, site, "an object is deleted")
    return NONE


@handles(Effect.FLUSH)
def _flush(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    flushing.flush(m, world, ref.handle, node)
    return NONE


@handles(Effect.COMMIT)
def _commit(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    transactions.commit(m, world, ref.handle, node)
    return NONE


@handles(Effect.ROLLBACK)
def _rollback(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    transactions.rollback(m, world, ref.handle, node)
    return NONE


@handles(Effect.CLOSE, Effect.RESET, Effect.INVALIDATE, Effect.REMOVE)
def _close(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    transactions.close(m, world, ref.handle, node, f"closed by `{name}()`")
    state = world.session(ref.handle)
    if state.scoped and (name == "remove" or state.options.close_resets_only):
        world.update(ref.handle, openness=Openness.UNKNOWN)
    elif name == "reset":
        world.update(ref.handle, openness=Openness.OPEN)
    return NONE


@handles(Effect.REFRESH)
def _refresh(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    site = m.site(world, node)
    names = membership.texts_in(world, arguments.get(1, "attribute_names"))
    given = arguments.get(0, "instance")
    for entity in (given,) if isinstance(given, Entity) else ():
        state = world.object(entity.handle)
        if state.life is Life.UNKNOWN:
            world.update(entity.handle, life=Life.PERSISTENT, session=ref.handle)
        if state.life is Life.PENDING:
            continue
        if names is None:
            reloading.refreshed(m, world, entity, site)
            world.update(entity.handle, refreshed=world.session(ref.handle).committed)
        else:
            _loaded_by_name(m, world, state, names, site)
            reloading.refreshed_by_name(m, world, entity, names, site)
            reloading.joined_by(m, world, entity, names, site)
        world.update(entity.handle, dirty=None)
        m.tell(world, entity.handle, site, "refreshed")
    return NONE


def _loaded_by_name(m: Machine, world: World, state: ObjectState, names: tuple[str, ...], site: Site) -> None:
    """`refresh(obj, ["posts"])` in a loop sends one query per object, even where `noload` has it fetch nothing."""
    for name in names:
        attribute = state.facts.attributes.get(name) if state.facts is not None else None
        if isinstance(attribute, Relationship):
            loaded_in_loop(m, world, state, attribute, site)


@handles(Effect.EXPIRE)
def _expire(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    site = m.site(world, node)
    names = membership.texts_in(world, arguments.get(1, "attribute_names"))
    for entity in instances(world, arguments.get(0, "instance")):
        objects.expire(world, entity.handle, Step(site, "expired by `expire()`"), names)
        m.tell(world, entity.handle, site, "expired by `expire()`")
    return NONE


@handles(Effect.EXPIRE_ALL)
def _expire_all(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    step = Step(m.site(world, node), "expired by `expire_all()`")
    for number, state in world.objects_of(ref.handle):
        if state.life is Life.PERSISTENT:
            objects.expire(world, number, step)
            m.tell(world, number, step.site, step.text)
    return NONE


@handles(Effect.EXPUNGE, Effect.EXPUNGE_ALL)
def _expunge(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    step = Step(m.site(world, node), f"detached by `{name}()`")
    if name == "expunge_all":
        chosen = [number for number, _ in world.objects_of(ref.handle)]
    else:
        chosen = [entity.handle for entity in instances(world, arguments.get(0, "instance"))]
    for number in chosen:
        pending = world.object(number).life is Life.PENDING
        objects.detach(world, number, step)
        world.update(number, apart=pending)
        m.tell(world, number, step.site, step.text)
    withdraw(world, ref.handle, chosen)
    return NONE


@handles(Effect.MERGE)
def _merge(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    return merging.merge(m, world, ref.handle, arguments.get(0, "instance"), node)


@handles(Effect.GET, Effect.GET_ONE)
def _get(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    target = arguments.get(0, "entity")
    site = m.site(world, node)
    options, known = fetching.options_in(world, arguments.keywords.get("options"))
    statement = Statement("select", (target or UNKNOWN,), options, site=site, known_options=known, chain=("get",))
    facts = target.facts if isinstance(target, ClassRef) else None
    key = identity.key_of(world, node)
    present = identity.present(m, world, ref.handle, facts, key, site)
    identity.heal(world, ref.handle, target, key=key)
    if present is not None:
        return present
    entity = objects.load(m, world, facts, ref.handle, site, statement, options, f"loaded by `{name}`")
    world.update(entity.handle, identity=key)
    return replace(entity, optional=name == "get")


@handles(Effect.QUERY)
def _query(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    columns = () if arguments.unpacked else arguments.positional
    return Query(ref.handle, Statement("select", columns, site=m.site(world, node)))


@handles(Effect.EXECUTE, Effect.EXEC, Effect.SCALARS, Effect.SCALAR, Effect.STREAM, Effect.STREAM_SCALARS)
def _execute(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    given = arguments.get(0, "statement") or arguments.keywords.get("clause") or UNKNOWN
    site = m.site(world, node)
    m.emit(StatementRun(site, world, world.session(ref.handle), name, given, arguments, node))
    if not world.session(ref.handle).guessed:
        sql.executed(m, world, name, arguments, node)
    elif sql.is_string(given) and m.version >= (2, 0):  # a session would raise, so this may be something else
        world.doubtful = True
    statement = given if isinstance(given, Statement) else Statement("other", known_options=False)
    changed = change(given)
    if changed:
        note_write(world, ref.handle, site, f"{changed} is run", sent=True)
    if statement.kind == "update":
        updating.updated(m, world, ref.handle, statement, site)
    for column in statement.columns:
        if isinstance(column, ClassRef) and (name == "scalar" or not identity.is_whole(statement)):
            identity.heal(world, ref.handle, column, statement)
    if name == "scalar":
        return fetching.first_column(m, world, ref.handle, statement, site)
    return fetching.run(m, world, ref, name, statement, site)


@handles(Effect.BULK_WRITE)
def _bulk(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    note_write(world, ref.handle, m.site(world, node), f"`{name}` writes", sent=True)
    return NONE


@handles(Effect.BEGIN, Effect.BEGIN_NESTED)
def _begin(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    nested = name == "begin_nested"
    state = world.session(ref.handle)
    if nested:
        flushing.flush(m, world, ref.handle, node)
    elif state.begun and state.certain and not state.guessed:
        transactions.begin_again(m, world, ref.handle, m.site(world, node))
    if ref.facade or not state.asynchronous:
        world.update(ref.handle, begun=True)
    return TransactionRef(ref.handle, nested)


@handles(Effect.RUN_SYNC)
def _run_sync(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    from sessile.flow.calls import call

    if not arguments.positional:
        return UNKNOWN
    inner = Arguments((replace(ref, facade=True), *arguments.positional[1:]), arguments.keywords)
    return call(m, world, arguments.positional[0], inner, node, greenlet=True)


@handles(Effect.CONNECTION)
def _connection(m: Machine, world: World, ref: SessionRef, name: str, arguments: Arguments, node: ast.Call) -> Value:
    if not merging.is_ignored(world, node):
        forget_writes(world, ref.handle)
    return ConnectionRef(world.session(ref.handle).asynchronous and not ref.facade)
