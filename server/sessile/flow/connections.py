"""Engines and connections: what they execute is of interest, what they give is not, since they know no entities.

Source: https://docs.sqlalchemy.org/en/20/core/connections.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow import sql
from sessile.flow.values import UNKNOWN, Arguments, BoundMethod, ConnectionRef, Coroutine, EngineRef, Value

if TYPE_CHECKING:
    import ast

    from sessile.flow.machine import Machine
    from sessile.flow.world import World

EXECUTING = frozenset({"execute", "scalar", "scalars", "stream", "stream_scalars", "exec_driver_sql"})
CLASSES = {
    "sqlalchemy.Connection": False,
    "sqlalchemy.engine.Connection": False,
    "sqlalchemy.engine.base.Connection": False,
    "sqlalchemy.future.Connection": False,
    "sqlalchemy.ext.asyncio.AsyncConnection": True,
    "sqlalchemy.ext.asyncio.engine.AsyncConnection": True,
}


def call_engine(m: Machine, world: World, engine: EngineRef, name: str, arguments: Arguments) -> Value:
    """Call `engine.name(...)`."""
    from sessile.flow.calls import havoc

    if name in ("connect", "begin"):
        return ConnectionRef(engine.asynchronous)
    havoc(m, world, arguments.everything())
    return UNKNOWN


def call_connection(
    m: Machine, world: World, ref: ConnectionRef, name: str, arguments: Arguments, node: ast.Call, awaited: bool
) -> Value:
    """Call `connection.name(...)`."""
    from sessile.flow.calls import call, havoc

    if ref.asynchronous and not awaited and (name in EXECUTING or name == "run_sync"):
        return Coroutine(BoundMethod(ref, name), arguments, node)
    if name in EXECUTING:
        sql.executed(m, world, name, arguments, node, "ObjectNotExecutableError")
        return UNKNOWN
    if name == "run_sync" and arguments.positional:
        return call(m, world, arguments.positional[0], Arguments((ConnectionRef(), *arguments.positional[1:])), node)
    if name == "execution_options":
        return ref
    havoc(m, world, arguments.everything())
    return UNKNOWN
