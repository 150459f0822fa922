"""A session is used, and what it has been told to write is remembered until a commit or a rollback.

A failed flush leaves a session unusable until it is rolled back; a failed statement does not, save on PostgreSQL. Only
code inside a `try` (or a block that swallows exceptions) sees failures; elsewhere they end the path.
Source: https://docs.sqlalchemy.org/en/20/faq/sessions.html#this-session-s-transaction-has-been-rolled-back-due-to-a-previous-exception-during-flush-or-similar
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessile.flow import concurrency, identity, transactions
from sessile.flow.events import BrokenSessionUsed, SessionUsed
from sessile.flow.flushing import flush
from sessile.flow.machine import Failure, Machine, Raised, Work
from sessile.flow.records import replace
from sessile.flow.story import Step, told
from sessile.flow.values import CollectionRef, Const, Entity, Statement, Value
from sessile.flow.world import Life, Openness, Owner, SessionState, World, Write
from sessile.orm.api.session import Effect

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence

    from sessile.flow.story import Site

#: Effects that write what was changed before.
WRITING = frozenset({Effect.FLUSH, Effect.COMMIT, Effect.PREPARE})
#: Effects that need no transaction; what `run_sync` runs may.
BY_ITSELF = frozenset({Effect.QUERY, Effect.RUN_SYNC})
#: Effects that only change what the session remembers; `delete` may load, but nothing that a rule could name.
REMEMBERED = frozenset({Effect.ADD, Effect.ADD_ALL, Effect.DELETE})
SILENT = REMEMBERED | {Effect.QUERY, Effect.BEGIN, Effect.RUN_SYNC}
#: Effects that write pending changes first because that is what they are for.
FLUSHING = frozenset({Effect.FLUSH, Effect.COMMIT, Effect.BEGIN_NESTED, Effect.PREPARE})
#: Effects that may be answered from the identity map, without a transaction.
LOOKING_UP = frozenset({Effect.GET, Effect.GET_ONE})
#: Effects that write pending changes first unless autoflush is off.
AUTOFLUSHING = frozenset(
    {
        Effect.EXECUTE, Effect.SCALARS, Effect.SCALAR, Effect.EXEC, Effect.STREAM, Effect.STREAM_SCALARS,
        Effect.GET, Effect.GET_ONE, Effect.MERGE, Effect.REFRESH,
    }
)  # fmt: skip
PENDING_ROLLBACK = ("PendingRollbackError", "InvalidRequestError", "SQLAlchemyError", "Exception")

_CHANGES = re.compile(r"\s*(with\b.*?\)\s*)?(insert|update|delete|replace|merge|truncate)\b", re.IGNORECASE | re.DOTALL)


def change(value: Value) -> str:
    """The command of a statement that changes rows, in capitals; empty for any other."""
    match value:
        case Statement(kind="insert" | "update" | "delete" as kind):
            return kind.upper()
        case Statement(kind="text", text=sql) | Const(value=str() as sql):
            found = _CHANGES.match(sql)
            return found[2].upper() if found is not None else ""
    return ""


def use(m: Machine, world: World, handle: int, name: str, effect: Effect, node: ast.AST, writes: bool = False) -> None:
    """The session is used: it may be closed, broken, or fail now; autoflush writes pending objects first.

    `writes`: the call runs a statement that changes rows.
    """
    state = world.session(handle)
    site = m.site(world, node)
    m.emit(SessionUsed(site, world, handle, state, name))
    if state.busy:
        concurrency.met(m, world, handle, site, name)
    from_memory = effect in LOOKING_UP and identity.may_be_held(world, handle, node)
    if effect not in BY_ITSELF and not from_memory and (effect is not Effect.FLUSH or state.unflushed):
        sends = effect not in REMEMBERED and (effect is not Effect.COMMIT or state.unflushed is True)
        transactions.refuse(m, world, handle, site, name, sends)
    work = Work(site, name, writes or effect is Effect.BULK_WRITE or (effect in WRITING and _has_changes(state)))
    if effect not in SILENT:
        m.work.append(work)
        if state.broken and (effect is not Effect.FLUSH or state.unflushed):
            refused(m, world, handle, site, name)
        elif state.aborted is not None and effect not in (Effect.COMMIT, Effect.FLUSH):
            _aborted(m, world, handle, site, name)
    if effect is Effect.FLUSH and transactions.is_clean(state):
        return
    if state.openness is Openness.CLOSED and effect is not Effect.QUERY:
        if not state.options.close_resets_only:
            raise Raised(Failure(transactions.CLOSED_TRANSACTION, site))
        world.update(handle, openness=Openness.OPEN)
    if effect in SILENT or (effect in LOOKING_UP and identity.held(world, handle, node)):
        return
    if _begins(state, effect, from_memory):
        world.update(handle, begun=True)
    if effect is Effect.CONNECTION:
        return
    flushing = _flushes(world.session(handle), effect)
    transactions.may_fail(m, world, handle, work, breaks=flushing or effect is Effect.BULK_WRITE, perhaps=from_memory)
    if flushing and effect in AUTOFLUSHING and from_memory and m.choose(world, 2) == 0:
        _perhaps_deleted(world, handle)
        return
    if flushing and effect in AUTOFLUSHING:
        world.doubtful |= from_memory
        flush(m, world, handle, node)
    elif effect in AUTOFLUSHING and state.unflushed is False and state.options.autoflush is not False:
        world.update(handle, cleared=True)


def _perhaps_deleted(world: World, handle: int) -> None:
    """The flush of a deletion loads much of its object, and may have been."""
    for number, state in world.objects_of(handle):
        if state.deleted:
            world.update(number, certain=False)


def _begins(state: SessionState, effect: Effect, from_memory: bool) -> bool:
    """Whether a transaction has begun after a call for sure: `get` may be answered without one."""
    without = effect in LOOKING_UP and state.options.expire_on_commit is False
    return effect is not Effect.FLUSH and not (without and (from_memory or state.owner is not Owner.LOCAL))


def autoflush(m: Machine, world: World, handle: int, site: Site) -> None:
    """A read that runs SQL writes pending changes first."""
    state = world.session(handle)
    if state.unflushed is True and state.options.autoflush is not False:
        flush(m, world, handle, site.node)


def _has_changes(state: SessionState) -> bool:
    """Whether there may be something to write; a session of somebody else may hold anything."""
    return state.owner is not Owner.LOCAL or state.dirty or state.unflushed is not False


def _flushes(state: SessionState, effect: Effect) -> bool:
    """Whether the call writes pending changes.

    What a caller left pending is written by the next explicit flush, unless a statement that changes rows has been
    sent: then that is the work that the flush or commit is for.
    """
    if effect in FLUSHING:
        lent = state.unflushed is None and not state.flushed and effect is not Effect.BEGIN_NESTED
        return state.unflushed is True or lent
    return effect in AUTOFLUSHING and state.options.autoflush is not False and state.unflushed is True


def refused(m: Machine, world: World, handle: int, site: Site, name: str) -> None:
    """A broken session refuses to work; raises what it raises, unless somebody may have rolled back out of sight."""
    state = world.session(handle)
    names = transactions.CLOSED_TRANSACTION if state.transactions else PENDING_ROLLBACK
    m.emit(BrokenSessionUsed(site, world, handle, state, name, names[0], state.certain))
    if state.certain:
        raise Raised(Failure(names, site))
    transactions.heal(world, handle)


def _aborted(m: Machine, world: World, handle: int, site: Site, name: str) -> None:
    m.emit(BrokenSessionUsed(site, world, handle, world.session(handle), name, "InternalError", certain=False))
    world.update(handle, aborted=None)


def note_write(
    world: World, handle: int, site: Site, text: str, certain: bool = True, sent: bool = False, assigned: bool = False
) -> None:
    """Remember a change that only a commit makes permanent; `sent` and `assigned` as in `Write`."""
    session = world.session(handle)
    if session.openness is Openness.UNKNOWN and session.owner is not Owner.LOCAL and not session.dropped:
        certain = False
    calls = tuple(frame.call for frame in world.frames[1:] if frame.call is not None)
    writes = (*session.writes[:1], *session.writes[1:][-3:], Write(site, text, certain, calls, sent, assigned))
    world.update(handle, writes=writes, dirty=True, begun=True, story=told(session.story, Step(site, text)))
    world.update(handle, **({"flushed": True} if sent else {"unflushed": True}))


def withdraw(world: World, handle: int, gone: Sequence[int]) -> None:
    """Objects have left the session: where nothing else waits for its flush, and none came before, nothing is lost.

    What they have brought along stays in it.
    """
    session = world.session(handle)
    if session.unflushed is not True or not session.writes:
        return
    waiting = any(
        each.dirty is not None or each.deleted or each.life in (Life.PENDING, Life.UNKNOWN)
        for _, each in world.objects_of(handle)
    )
    brought = any(_may_be_new(world, value) for number in gone for value in world.object(number).values.values())
    known = session.owner is not Owner.CALLER and all(each.certain for each in session.writes)
    if known and not waiting and not brought and not session.flushed:
        world.update(handle, writes=(), dirty=False, unflushed=False)
    elif gone:
        world.update(handle, writes=tuple(replace(each, certain=each.certain and each.sent) for each in session.writes))


def _may_be_new(world: World, value: Value) -> bool:
    if isinstance(value, Entity):
        return world.object(value.handle).life not in (Life.PERSISTENT, Life.DETACHED)
    if isinstance(value, CollectionRef):
        state = world.collection(value.handle)
        held = (*state.items, *([state.each] if state.each is not None else ()))
        return any(not isinstance(each, Entity) or _may_be_new(world, each) for each in held)
    return False


def forget_writes(world: World, handle: int) -> None:
    """Somebody out of sight may have committed, rolled back or added: nothing is known of pending changes."""
    world.update(handle, writes=(), dirty=False, unflushed=None, flushed=False, cleared=False)
    transactions.heal(world, handle)


#: Methods by which whoever holds a session out of sight ends its transaction.
ENDINGS = frozenset({"rollback", "commit", "close", "aclose", "remove", "abort"})


def perhaps_ended(world: World, node: ast.AST) -> None:
    """`uow.rollback()`, of something out of sight: it may have been the transaction of any session."""
    func = getattr(node, "func", None)
    if getattr(func, "attr", "") not in ENDINGS:
        return
    for handle, state in list(world.heap.items()):
        if isinstance(state, SessionState):
            forget_writes(world, handle)
