"""Session work that the database makes fail."""

from __future__ import annotations

from ..option import SQLMODEL, SYNC, Option

_CALLEE = """
$async def write(session):
    session.add(User(id=1, name="twice"))
    $await session.flush()
"""

OPTIONS = (
    Option("flush", 'session.add(User(id=1, name="twice"))\n$await session.flush()'),
    Option("commit", 'session.add(User(id=1, name="twice"))\n$await session.commit()'),
    Option("autoflush", 'session.add(User(id=1, name="twice"))\nprint($await session.get(User, 2))'),
    Option("statement", '$await session.execute(insert(User).values(id=1, name="twice"))'),
    Option("text", '$await session.execute(text("SELECT * FROM nowhere"))'),
    Option("query", "print(session.query(User).filter(text('nothing = 1')).all())", flavours=(SYNC, SQLMODEL)),
    Option("in a callee", "$await write(session)", {"helpers": _CALLEE}),
)
