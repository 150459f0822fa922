"""What ends a transaction or a session does to the objects in it.

Source: https://docs.sqlalchemy.org/en/20/orm/session_transaction.html
"""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow import objects
from sessile.flow.events import BegunTwice, BrokenSessionLeft, SessionEnded, TransactionLost, TransactionOver
from sessile.flow.flushing import flush
from sessile.flow.handlers import expected
from sessile.flow.machine import Failure, Machine, Raised, Work
from sessile.flow.revisions import PROJECT
from sessile.flow.story import Step
from sessile.flow.world import Life, Openness, Owner, SessionState, World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessile.flow.scopes import Scope
    from sessile.flow.story import Site

CLOSED_TRANSACTION = ("InvalidRequestError", "SQLAlchemyError", "Exception")
DATABASE_FAILURE = ("IntegrityError", "DBAPIError", "StatementError", "SQLAlchemyError", "Exception")
#: What a statement that writes nothing may raise.
READING_FAILURE = ("OperationalError", "DBAPIError", "StatementError", "SQLAlchemyError", "Exception")
#: A session that has just been committed, rolled back or closed.
LEAVING = frozenset({"__exit__", "__aexit__"})
NOTHING_PENDING: Mapping[str, object] = MappingProxyType(
    {"writes": (), "dirty": False, "begun": False, "unflushed": False, "flushed": False, "cleared": True}
)


def expires_on_commit(m: Machine, session: SessionState) -> tuple[bool, bool]:
    """Whether a commit expires, and whether that is certain."""
    option = session.options.expire_on_commit
    if option is not None:
        return option, session.certain
    if session.options.hidden:
        return False, False
    m.reads[-1].add(PROJECT)
    project = m.workspace.expire_on_commit(session.asynchronous)
    return (True, False) if project is None else (project, session.certain)


def commit(m: Machine, world: World, handle: int, node: ast.AST, how: str = "the commit") -> None:
    """Flush, commit, and expire every persistent object unless the session says otherwise."""
    flush(m, world, handle, node)
    site = m.site(world, node)
    if _in_savepoint(m, world.session(handle)):
        m.tell(world, handle, site, "its SAVEPOINT is released")
        _end_inside(m, world, handle, Step(site, how))
        return
    expiring, certain = expires_on_commit(m, world.session(handle))
    step = Step(site, f"expired by {how}")
    for number, state in world.objects_of(handle):
        if state.deleted:
            objects.detach(world, number, Step(site, "detached by commit after its deletion"))
        elif state.life is Life.PERSISTENT:
            if expiring:
                objects.expire(world, number, step, certain=certain)
                world.update(number, configured=world.session(handle).configured)
                m.tell(world, number, site, step.text)
            world.update(number, new=False)
    world.update(handle, writes=(), dirty=False, begun=False, flushed=False, committed=True, aborted=None)
    m.tell(world, handle, site, "committed")
    _end_inside(m, world, handle, Step(site, how))


def rollback(m: Machine, world: World, handle: int, node: ast.AST, how: str = "the rollback") -> None:
    """Undo: persistent objects expire whatever the options say, new ones become transient.

    Where no transaction has begun since the last one ended, there is nothing to undo, and nothing expires.
    """
    site = m.site(world, node)
    session = world.session(handle)
    inner = _in_savepoint(m, session)
    if _gives_up(world):
        m.emit(SessionEnded(site, world, handle, world.session(handle), "rolled back at the end of its block"))
    step = Step(site, f"expired by {how}")
    for number, state in () if _is_idle(session) else world.objects_of(handle):
        if state.life is Life.PENDING or state.new:
            certain = state.certain and not (state.new and inner)
            world.update(number, life=Life.TRANSIENT, session=None, new=False, deleted=False, certain=certain)
            m.tell(world, number, site, "taken back by the rollback")
        elif state.life in (Life.PERSISTENT, Life.DELETED) and (not inner or session.flushed or state.dirty):
            world.update(number, life=Life.PERSISTENT, deleted=False)
            objects.expire(world, number, step, certain=not inner or state.dirty is not None)
            m.tell(world, number, site, step.text)
    world.update(handle, **NOTHING_PENDING)
    heal(world, handle)
    m.tell(world, handle, site, "rolled back")
    _end_inside(m, world, handle, Step(site, how))


def _is_idle(state: SessionState) -> bool:
    """Whether no transaction has begun since the last one ended, for sure."""
    return not state.begun and _is_known(state)


def is_clean(state: SessionState) -> bool:
    """Whether a flush has nothing to do, for sure."""
    return state.unflushed is False and _is_known(state)


def _is_known(state: SessionState) -> bool:
    """Whether all that a session is in the middle of is in sight: what others left in it has been ended here."""
    own = state.owner is Owner.LOCAL and not state.scoped
    return state.certain and not state.guessed and (own or state.cleared)


def _in_savepoint(m: Machine, state: SessionState) -> bool:
    """Whether commit and rollback end a SAVEPOINT and leave the transaction around it: on 1.4 without `future=True`."""
    running = state.transactions[: max(len(state.transactions) - state.over, 0)]
    return running[-1:] == ("savepoint",) and not _is_modern(m, state)


def _is_modern(m: Machine, state: SessionState) -> bool:
    """Whether a session works as all do since 2.0."""
    return m.version >= (2,) or state.asynchronous or state.options.future


def _gives_up(world: World) -> bool:
    """Whether a unit of work, which others are to commit, is left without an exception."""
    if any(frame.unwinding for frame in world.frames):
        return False
    owners = [frame.scope.owner for frame in world.frames if getattr(frame.scope.node, "name", "") in LEAVING]
    return any(owner is not None and "commit" in owner.attributes for owner in owners)


def heal(world: World, handle: int) -> None:
    """The session works again, if it was broken."""
    state = world.session(handle)
    if state.broken or state.aborted is not None:
        world.update(handle, broken=False, failed=None, handled=None, aborted=None, lost=False)


def close(m: Machine, world: World, handle: int, node: ast.AST, how: str, failing: bool = False) -> None:
    """End the session: its objects are detached, what was not committed is gone.

    `failing`: the session ends because an exception is on its way, so that nobody believes in a success.
    """
    session = world.session(handle)
    site = m.site(world, node)
    failing = failing or any(frame.unwinding for frame in world.frames)
    if not failing or any(frame.closing for frame in world.frames):
        m.emit(SessionEnded(site, world, handle, session, how))
    step = Step(site, f"detached: {how}")
    for number, state in world.objects_of(handle):
        objects.detach(world, number, step)
        if state.life is Life.PERSISTENT:
            m.tell(world, number, site, step.text)
        elif state.life is Life.DELETED:  # SQLAlchemy half forgets it
            world.update(number, certain=False)
    world.update(
        handle,
        openness=Openness.CLOSED,
        ended=Step(site, how),
        **NOTHING_PENDING,
    )
    heal(world, handle)
    m.tell(world, handle, site, how)
    _end_inside(m, world, handle, Step(site, how))


def may_fail(m: Machine, world: World, handle: int, work: Work, *, breaks: bool, perhaps: bool = False) -> None:
    """Where somebody catches exceptions, a call that talks to the database has a second outcome: it raises.

    `breaks`: what fails is a flush, which leaves the session unusable until a rollback, and its objects expired.
    `perhaps`: the call may do without the database, as may a flush for which nothing in sight waits.
    """
    if not any(frame.guarded for frame in world.frames) or m.choose(world, 2) == 0:
        return
    state = world.session(handle)
    world.doubtful |= perhaps or (work.method == "flush" and not state.unflushed)
    if breaks:
        _break(m, world, handle, work.site)
    elif work.writes and state.options.dialect == "postgresql":
        world.update(handle, aborted=work.site, handled=None)
    writes = breaks or work.writes or _may_write(state)
    names = DATABASE_FAILURE if writes else READING_FAILURE
    raise Raised(Failure(names, work.site, work, writes=breaks or work.writes))


def _may_write(state: SessionState) -> bool:
    """Whether a query may write changes first that are out of sight."""
    pending = (state.owner is not Owner.LOCAL and not state.cleared) or state.unflushed is not False
    return pending and state.options.autoflush is not False


def _break(m: Machine, world: World, handle: int, site: Site) -> None:
    """What a failed flush leaves behind; of a SAVEPOINT only what was changed in it is undone."""
    session = world.session(handle)
    nested = session.transactions[-1:] == ("savepoint",)
    _undone(world, handle, Step(site, "expired by the rollback of the failed flush"), only_changed=nested)
    world.update(handle, **NOTHING_PENDING)
    world.update(handle, begun=True, broken=True, failed=site, handled=None, lost=session.flushed)
    calls = tuple(frame.call for frame in world.frames[1:] if frame.call is not None)
    world.update(handle, broken_in=len(session.transactions), failed_calls=calls)
    m.tell(world, handle, site, "its flush fails")


def _undone(world: World, handle: int, step: Step, only_changed: bool) -> None:
    """What was pending is transient again, what was persistent is expired."""
    for number, state in world.objects_of(handle):
        if state.life is Life.PENDING:
            world.update(number, life=Life.TRANSIENT, session=None, new=False)
        elif state.life is Life.DELETED:
            world.update(number, life=Life.PERSISTENT, deleted=False, certain=state.certain and not only_changed)
        elif state.life is Life.PERSISTENT and (state.dirty is not None if only_changed else not state.new):
            objects.expire(world, number, step, certain=not state.new)


def handed_back(m: Machine, world: World, site: Site) -> None:
    """The function is over: tell of sessions that their owners get back unusable, or end without a commit.

    A session that the function gave to a call without being seen to have it is not its caller's.
    """
    for handle, state in world.heap.items():
        if not isinstance(state, SessionState):
            continue
        if state.broken and state.owner in (Owner.CALLER, Owner.SHARED) and not state.calls:
            m.emit(BrokenSessionLeft(site, world, handle, state))
        elif state.writes and state.dropped and (state.until or is_route(world.frame.scope)):
            m.emit(SessionEnded(site, world, handle, state, state.until or "closed by its dependency"))


def is_route(scope: Scope) -> bool:
    """Whether a framework calls the function as the last user of its dependencies: `@router.post(...)`."""
    return any(_registers(each) for each in scope.decorators)


def _registers(decorator: ast.expr) -> bool:
    """Whether a decorator is a method that is called, and no function of a module that only wraps."""
    match decorator:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="functools" | "contextlib"))):
            return False
        case ast.Call(func=ast.Attribute()):
            return True
    return False


def enter_block(m: Machine, world: World, handle: int, nested: bool) -> None:
    """`with session.begin():` or `with session.begin_nested():` is entered."""
    kind = "savepoint" if nested else "begin"
    world.update(handle, transactions=(*world.session(handle).transactions, kind), begun=True)


def _end_inside(m: Machine, world: World, handle: int, step: Step) -> None:
    """A commit, rollback or close inside a block of begin() or begin_nested() ends the transactions of all such blocks.

    On 1.4 without `future=True`, which an AsyncSession always has, commit and rollback end the innermost only.
    """
    state = world.session(handle)
    if state.transactions:
        inner = state.openness is not Openness.CLOSED and not _is_modern(m, state)
        over = min(state.over + 1, _depth(state)) if inner else _depth(state)
        world.update(handle, over=over, over_at=step)


def _depth(state: SessionState) -> int:
    """How many transactions are open where blocks are: there is one around a SAVEPOINT, whoever began it."""
    return len(state.transactions) + (state.transactions[0] == "savepoint")


def refuse(m: Machine, world: World, handle: int, site: Site, method: str, sends: bool = True) -> None:
    """Something needs a transaction where that of the block around is over: it raises.

    What `sends` nothing makes do with the transaction around a SAVEPOINT, which is still open on 1.4.
    """
    state = world.session(handle)
    if not state.over or (not sends and not _is_modern(m, state) and state.over < _depth(state)):
        return
    if not state.certain:
        world.update(handle, over=0)
    _invalid(m, world, TransactionOver(site, world, handle, state, method), state.certain)


def begin_again(m: Machine, world: World, handle: int, site: Site) -> None:
    """`begin()` where the transaction has begun: it raises."""
    _invalid(m, world, BegunTwice(site, world, handle, world.session(handle)))


def _invalid(m: Machine, world: World, event: BegunTwice | TransactionOver, certain: bool = True) -> None:
    """Tell of an InvalidRequestError, unless somebody waits for it, and raise it if it is certain."""
    failure = Failure(CLOSED_TRANSACTION, event.site)
    if not expected(m, failure, world):
        m.emit(event)
    if certain:
        raise Raised(failure)


def leave_block(m: Machine, world: World, handle: int, nested: bool, node: ast.AST, failing: bool) -> None:
    """The block is left: it commits, releases its SAVEPOINT, or undoes; a failure in it does not outlive it."""
    session = world.session(handle)
    inside = len(session.transactions)
    world.update(handle, transactions=session.transactions[:-1])
    if session.over:
        world.update(handle, over=min(session.over, inside) - 1, begun=False)
    elif failing:
        undo(m, world, handle, nested, node)
    elif session.broken and session.broken_in >= inside:
        if session.lost and session.handled is not None:
            m.emit(TransactionLost(m.site(world, node), world, handle, session))
        heal(world, handle)
    else:
        _complete(m, world, handle, nested, node)


def undo(m: Machine, world: World, handle: int, nested: bool, node: ast.AST) -> None:
    """Roll back a transaction, or to the SAVEPOINT of a nested one."""
    if nested:
        _undone(world, handle, Step(m.site(world, node), "expired by the rollback to its SAVEPOINT"), only_changed=True)
        heal(world, handle)
        world.update(handle, unflushed=False)
        return
    if any(frame.closing for frame in world.frames):
        ended = SessionEnded(m.site(world, node), world, handle, world.session(handle), "rolled back with its block")
        m.emit(ended)
    rollback(m, world, handle, node, "the rollback of its transaction")


def _complete(m: Machine, world: World, handle: int, nested: bool, node: ast.AST) -> None:
    session = world.session(handle)
    work = Work(m.site(world, node), "the end of its `with` block", session.dirty or session.unflushed is not False)
    m.work.append(work)
    if session.dirty or session.unflushed is not False:
        try:
            may_fail(m, world, handle, work, breaks=False)
        except Raised:
            undo(m, world, handle, nested, node)
            raise
    if nested:
        flush(m, world, handle, node)
    else:
        commit(m, world, handle, node, "the commit at the end of its `with` block")
