"""What happens after that, in the same place."""

from __future__ import annotations

from ..option import Option

_EAGER = {"mapping": ("dynamic", "write_only")}

OPTIONS = (
    Option("nothing more", weight=8),
    Option("commit", "$await session.commit()"),
    Option("rollback", "$await session.rollback()"),
    Option("flush", "$await session.flush()"),
    Option("refresh", "$await session.refresh(user)"),
    Option(
        "refresh the collection", '$await session.refresh(user, ["id", "name", "posts"])', since=(2, 0, 4), never=_EAGER
    ),
    Option("read", "print(user.name)"),
    Option("read the parent", "print(user.team)"),
    Option("expunge", "session.expunge(user)"),
    Option("expire", "session.expire(user)"),
    Option("get", "$await session.get(User, 1)"),
    Option(
        "query eagerly",
        "$await(session.scalars(select(User).options(selectinload(User.posts)))).unique().all()",
        never=_EAGER,
    ),
)
