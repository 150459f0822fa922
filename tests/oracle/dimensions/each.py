"""What is read of each item."""

from __future__ import annotations

from ..option import ASYNC, SYNC, Option

CORE = (SYNC, ASYNC)

OPTIONS = (
    Option("collection", "print(len(user.posts))", weight=3),
    Option("iterated collection", "for post in user.posts:\n    print(post.title)"),
    Option("comprehension over collection", "print([post.title for post in user.posts])"),
    Option("many-to-one", "print(user.team)"),
    Option("many-to-one's column", "print(user.team.name)"),
    Option("f-string", 'print(f"{user.name} of {user.team.name}")'),
    Option("child's parent", "for post in user.posts:\n    print(post.user.name)"),
    Option(
        "property",
        "print(user.titles)",
        {"members": "@property\ndef titles(self):\n    return [post.title for post in self.posts]"},
    ),
    Option("method", "print(user.where())", {"members": "def where(self):\n    return self.team.name"}),
    Option("helper", "print(count(user))", {"helpers": "def count(user):\n    return len(user.posts)"}),
    Option("dict", 'print({"id": user.id, "posts": len(user.posts)})'),
    Option("condition", 'if user.team is not None:\n    print("has a team")'),
    Option("sum", "print(sum(1 for post in user.posts))"),
    Option("getattr", 'print(getattr(user, "posts"))'),
    Option("bool", "if user.posts:\n    print(user.name)"),
    Option("column", "print(user.name)"),
    Option("key", "print(user.team_id)"),
    Option("deferred column", "print(user.bio)", flavours=CORE),
    Option(
        "awaitable_attrs",
        "print(len(await user.awaitable_attrs.posts))",
        since=(2, 0, 13),
        only={"flavour": ("async, annotated",)},
    ),
    Option("refreshed", '$await session.refresh(user, ["posts"])\nprint(len(user.posts))', since=(2, 0, 4)),
    Option("twice", "print(len(user.posts))\nprint(len(user.posts))"),
)
