"""What happens to the object or its session before it is read."""

from __future__ import annotations

from ..option import ASYNC, SQLMODEL, SYNC, Option

BLOCKING = (SYNC, SQLMODEL)
_EAGER = {"mapping": ("dynamic", "write_only")}

OPTIONS = (
    Option("nothing", 'print("nothing")'),
    Option("commit", "$await session.commit()"),
    Option("rollback", "$await session.rollback()"),
    Option("flush", "$await session.flush()"),
    Option("refresh", "$await session.refresh(user)"),
    Option("refresh a column", '$await session.refresh(user, ["name"])'),
    Option("refresh the collection", '$await session.refresh(user, ["posts"])', since=(2, 0, 4), never=_EAGER),
    Option("refresh the parent", '$await session.refresh(user, attribute_names=["team"])', since=(2, 0, 4)),
    Option("expire", "session.expire(user)"),
    Option("expire a column", 'session.expire(user, ["name"])'),
    Option("expire columns", 'session.expire(user, ["name", "team_id"])'),
    Option("expire the collection", 'session.expire(user, ["posts"])', never=_EAGER),
    Option("expire_all", "session.expire_all()"),
    Option("expunge", "session.expunge(user)"),
    Option("expunge_all", "session.expunge_all()"),
    Option("delete", "$await session.delete(user)"),
    Option("close", "$await session.close()"),
    Option("reset", "$await session.reset()", since=(2, 0, 22)),
    Option("invalidate", "$await session.invalidate()"),
    Option("write", 'user.name = "written"'),
    Option("write SQL", 'user.name = func.upper("written")'),
    Option("write the parent", 'user.team = Team(name="green")'),
    Option("append", 'user.posts.append(Post(title="more"))', never={"mapping": ("write_only",)}),
    Option("read the collection", "print(len(user.posts))", never=_EAGER),
    Option("read the parent", "print(user.team)"),
    Option("bulk update", '$await session.execute(update(User).values(name="bulk"))'),
    Option(
        "bulk update, not synchronised",
        '$await session.execute(update(User).values(name="bulk").execution_options(synchronize_session=False))',
    ),
    Option("bulk delete", "$await session.execute(delete(User).where(User.id == 2))"),
    Option("query again", "$await(session.scalars(select(User))).unique().all()"),
    Option(
        "query again, eagerly",
        "$await(session.scalars(select(User).options(selectinload(User.posts)))).unique().all()",
        never=_EAGER,
    ),
    Option("get again", "$await session.get(User, 1)"),
    Option(
        "populate again",
        "$await(session.scalars(select(User).execution_options(populate_existing=True))).unique().all()",
    ),
    Option("merge", "user = $await session.merge(user)"),
    Option("make_transient", "make_transient(user)"),
    Option("add again", "session.add(user)"),
    Option("nested", '$async with session.begin_nested():\n    user.name = "nested"'),
    Option(
        "nested, rolled back",
        'savepoint = $await session.begin_nested()\nuser.name = "nested"\n$await savepoint.rollback()',
    ),
    Option("nested, committed", "savepoint = $await session.begin_nested()\n$await savepoint.commit()"),
    Option("no_autoflush", 'with session.no_autoflush:\n    user.name = "unflushed"'),
    Option("in the session?", "print(user in session, session.dirty)"),
    Option("connection", "$await session.connection()"),
    Option("scalar count", "$await session.scalar(select(func.count()).select_from(User))"),
    Option("run_sync", "await session.run_sync(lambda sync: sync.refresh(user))", flavours=(ASYNC,)),
    Option("run_sync, read", "await session.run_sync(lambda sync: user.posts)", flavours=(ASYNC,), never=_EAGER),
    Option(
        "awaitable_attrs",
        "await user.awaitable_attrs.posts",
        since=(2, 0, 13),
        only={"flavour": ("async, annotated",)},
        never=_EAGER,
    ),
)
