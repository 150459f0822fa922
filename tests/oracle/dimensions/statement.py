"""What is executed, and by what: `$fetch` takes the method by which the result is read."""

from __future__ import annotations

from ..option import SQLMODEL, Option

_USERS = "select(User).order_by(User.id)"
_COUNT = "select(func.count()).select_from(User)"
_NONE = "select(func.count()).select_from(User).where(User.id > 99)"
ENTITY, ROWS, SCALAR = "entity", "row", "scalar"


def _kind(kind: str, statement: str) -> dict[str, str]:
    return {"gives": kind, "statement": statement}


OPTIONS = (
    Option("execute(select(User))", "$await(session.execute($statement))", _kind(ROWS, _USERS), weight=3),
    Option("scalars(select(User))", "$await(session.scalars($statement))", _kind(ENTITY, _USERS), weight=2),
    Option("execute.scalars", "$await(session.execute($statement)).scalars()", _kind(ENTITY, _USERS)),
    Option("execute.unique", "$await(session.execute($statement)).unique()", _kind(ROWS, _USERS)),
    Option("execute.mappings", "$await(session.execute($statement)).mappings()", _kind("mapping", _USERS)),
    Option("execute, columns", "$await(session.execute($statement))", _kind("columns", "select(User.id, User.name)")),
    Option(
        "execute, two entities",
        "$await(session.execute($statement))",
        _kind(ROWS, "select(User, Team).join(User.team)"),
    ),
    Option("execute, one column", "$await(session.execute($statement))", _kind("one column", "select(User.name)")),
    Option("scalars, one column", "$await(session.scalars($statement))", _kind("name", "select(User.name)")),
    Option("execute, count", "$await(session.execute($statement))", _kind("count", _COUNT)),
    Option("execute, count of none", "$await(session.execute($statement))", _kind("none", _NONE)),
    Option(
        "execute, union",
        "$await(session.execute($statement))",
        _kind("columns", "select(User.id, User.name).union(select(Team.id, Team.name))"),
    ),
    Option(
        "execute, text", "$await(session.execute($statement))", _kind("columns", 'text("SELECT id, name FROM user")')
    ),
    Option("execute, string", "$await(session.execute($statement))", _kind("columns", '"SELECT id, name FROM user"')),
    Option("exec(select(User))", "session.exec($statement)", _kind(ENTITY, _USERS), flavours=(SQLMODEL,), weight=2),
    Option(
        "exec, two entities",
        "session.exec($statement)",
        _kind(ROWS, "select(User, Team).join(User.team)"),
        flavours=(SQLMODEL,),
    ),
    Option(
        "exec, SQLAlchemy's select",
        "session.exec($statement)",
        _kind(ROWS, _USERS.replace("select", "sqlalchemy.select")),
        flavours=(SQLMODEL,),
    ),
    Option(
        "exec, text",
        "session.exec($statement)",
        _kind("columns", 'text("SELECT id, name FROM user")'),
        flavours=(SQLMODEL,),
    ),
    Option("exec, count", "session.exec($statement)", _kind("number", _COUNT), flavours=(SQLMODEL,)),
    Option(
        "exec, parameters",
        'session.exec($statement, {"id": 1})',
        _kind(ENTITY, 'select(User).where(User.id == bindparam("id"))'),
        flavours=(SQLMODEL,),
    ),
    Option(
        "exec, params=",
        'session.exec($statement, params={"id": 1})',
        _kind(ENTITY, 'select(User).where(User.id == bindparam("id"))'),
        flavours=(SQLMODEL,),
    ),
)
