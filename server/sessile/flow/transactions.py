"""What ends a transaction or a session does to the objects in it.

Source: https://docs.sqlalchemy.org/en/20/orm/session_transaction.html
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow import objects
from sessile.flow.events import SessionEnded
from sessile.flow.machine import Failure, Machine, Raised
from sessile.flow.story import Step
from sessile.flow.values import Criterion
from sessile.flow.world import Life, Openness, SessionState, Status, World
from sessile.orm.mapped import Column, Relationship

if TYPE_CHECKING:
    import ast

    from sessile.flow.world import ObjectState

DATABASE_FAILURE = ("IntegrityError", "DBAPIError", "StatementError", "SQLAlchemyError", "Exception")


def flush(m: Machine, world: World, handle: int, node: ast.AST) -> None:
    """Write pending objects: they become persistent, and what the database computes is unloaded."""
    for number, state in world.objects_of(handle):
        if state.life is Life.PENDING:
            _inserted(world, number, state)
        elif state.dirty is not None:
            _updated(world, number, state)
    world.update(handle, begun=True)


def _inserted(world: World, number: int, state: ObjectState) -> None:
    attributes = dict(state.attributes)
    for name, item in state.facts.attributes.items() if state.facts is not None else ():
        if isinstance(item, Relationship):
            attributes.setdefault(name, Status.UNLOADED)
        elif isinstance(item, Column) and name not in attributes and (item.expression or item.deferred):
            attributes[name] = Status.DEFERRED
        elif isinstance(state.values.get(name), Criterion):
            attributes[name] = Status.EXPIRED
    world.update(number, life=Life.PERSISTENT, new=True, attributes=MappingProxyType(attributes), dirty=None)


def _updated(world: World, number: int, state: ObjectState) -> None:
    attributes = dict(state.attributes)
    for name, item in state.facts.attributes.items() if state.facts is not None else ():
        if isinstance(item, Column) and (item.onupdate or isinstance(state.values.get(name), Criterion)):
            attributes[name] = Status.EXPIRED
    values = {name: value for name, value in state.values.items() if not isinstance(value, Criterion)}
    world.update(number, attributes=MappingProxyType(attributes), values=MappingProxyType(values), dirty=None)


def expires_on_commit(m: Machine, session: SessionState) -> tuple[bool, bool]:
    """Whether a commit expires, and whether that is certain."""
    option = session.options.expire_on_commit
    if option is not None:
        return option, session.certain
    project = m.workspace.expire_on_commit(session.asynchronous)
    return (True, False) if project is None else (project, session.certain)


def commit(m: Machine, world: World, handle: int, node: ast.AST, how: str = "commit") -> None:
    """Flush, commit, and expire every persistent object unless the session says otherwise."""
    flush(m, world, handle, node)
    site = m.site(world, node)
    expiring, certain = expires_on_commit(m, world.session(handle))
    step = Step(site, f"expired by {how}")
    for number, state in world.objects_of(handle):
        if state.deleted:
            objects.detach(world, number, Step(site, "detached by commit after its deletion"))
        elif state.life is Life.PERSISTENT:
            if expiring:
                objects.expire(world, number, step, certain=certain)
                m.tell(world, number, site, step.text)
            world.update(number, new=False)
    world.update(handle, writes=(), dirty=False, begun=False, savepoints=0, committed=True)
    m.tell(world, handle, site, "committed")


def rollback(m: Machine, world: World, handle: int, node: ast.AST, how: str = "rollback") -> None:
    """Undo: persistent objects expire whatever the options say, new ones become transient."""
    site = m.site(world, node)
    step = Step(site, f"expired by {how}")
    for number, state in world.objects_of(handle):
        if state.life is Life.PENDING or state.new:
            world.update(number, life=Life.TRANSIENT, session=None, new=False, certain=False)
        elif state.life is Life.PERSISTENT:
            objects.expire(world, number, step)
            m.tell(world, number, site, step.text)
    world.update(
        handle, writes=(), dirty=False, begun=False, failed=None, broken=False, savepoints=0
    )
    m.tell(world, handle, site, "rolled back")


def close(m: Machine, world: World, handle: int, node: ast.AST, how: str, failing: bool = False) -> None:
    """End the session: its objects are detached, what was not committed is gone.

    `failing`: the session ends because an exception is on its way, so that nobody believes in a success.
    """
    session = world.session(handle)
    site = m.site(world, node)
    if not failing:
        m.emit(SessionEnded(site, world, handle, session, how))
    step = Step(site, f"detached: {how}")
    for number, state in world.objects_of(handle):
        objects.detach(world, number, step)
        if state.life is Life.PERSISTENT:
            m.tell(world, number, site, step.text)
    world.update(
        handle,
        openness=Openness.CLOSED,
        begun=False,
        writes=(),
        dirty=False,
        failed=None,
        broken=False,
        savepoints=0,
        ended=Step(site, how),
    )
    m.tell(world, handle, site, how)


def may_fail(m: Machine, world: World, handle: int, node: ast.AST, flushing: bool) -> None:
    """Inside a `try`, a call that talks to the database has a second outcome: it raises.

    A failed flush leaves the session unusable until a rollback, and its objects expired.
    """
    if not any(frame.guarded for frame in world.frames) or m.choose(world, 2) == 0:
        return
    site = m.site(world, node)
    session = world.session(handle)
    if flushing and session.dirty:
        step = Step(site, "expired by the rollback of the failed flush")
        for number, state in world.objects_of(handle):
            if state.life is Life.PERSISTENT and not state.new:
                objects.expire(world, number, step, certain=False)
        world.update(handle, broken=True, failed=site)
        m.tell(world, handle, site, "its flush failed")
    raise Raised(Failure(DATABASE_FAILURE, site))
