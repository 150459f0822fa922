"""How the object is read; `members` are added to the mapped class, `definitions` stand before the reader."""

from __future__ import annotations

from ..option import ASYNC, SQLMODEL, SYNC, Option

CORE = (SYNC, ASYNC)
_LOADED_ONLY = {"mapping": ("dynamic", "write_only")}
_DTO = """
class UserOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    name: str{more}
"""

OPTIONS = (
    Option("primary key", "print(user.id)"),
    Option("column", "print(user.name)"),
    Option("two columns", "print(user.id, user.name)"),
    Option("foreign key", "print(user.team_id)"),
    Option("deferred column", "print(user.bio)", flavours=CORE),
    Option("collection", "print(len(user.posts))", never=_LOADED_ONLY),
    Option("iterated collection", "for post in user.posts:\n    print(post.title)"),
    Option("many-to-one", "print(user.team)"),
    Option("many-to-one's column", "print(user.team.name)"),
    Option("child's parent", "for post in user.posts:\n    print(post.user.name)", never=_LOADED_ONLY),
    Option("f-string", 'print(f"{user.id}: {user.name}")'),
    Option("__dict__", 'print(user.__dict__.get("name"))'),
    Option("vars", 'print(vars(user).get("name"))'),
    Option("inspect", "print(inspect(user).detached, inspect(user).unloaded)"),
    Option("identity", "print(inspect(user).identity)"),
    Option("getattr", 'print(getattr(user, "name"))'),
    Option("getattr with default", 'print(getattr(user, "name", None))'),
    Option("hasattr", 'print(hasattr(user, "name"))'),
    Option("comprehension", "print([each.name for each in [user]])"),
    Option("comprehension over collection", "print([post.title for post in user.posts])", never=_LOADED_ONLY),
    Option("written only", 'user.name = "later"'),
    Option("appended to", 'user.posts.append(Post(title="later"))', never={"mapping": ("write_only",)}),
    Option("type", "print(type(user).__name__, user is not None)"),
    Option(
        "property",
        "print(user.label)",
        {"members": '@property\ndef label(self):\n    return f"<{self.name}>"'},
    ),
    Option(
        "method",
        "print(user.greeting())",
        {"members": 'def greeting(self):\n    return "Hello " + str(self.name)'},
    ),
    Option(
        "property over collection",
        "print(user.titles)",
        {"members": "@property\ndef titles(self):\n    return [post.title for post in self.posts]"},
        never=_LOADED_ONLY,
    ),
    Option(
        "hybrid",
        "print(user.initial)",
        {"members": "@hybrid_property\ndef initial(self):\n    return self.name"},
        flavours=CORE,
    ),
    Option("__repr__", "print(repr(user))", {"members": 'def __repr__(self):\n    return f"User({self.name!r})"'}),
    Option("__str__ in an f-string", 'print(f"{user}")', {"members": "def __str__(self):\n    return str(self.name)"}),
    Option("helper", "print(describe(user))", {"definitions": "def describe(user):\n    return user.name"}),
    Option("dict", 'print({"id": user.id, "name": user.name})'),
    Option(
        "loop over columns",
        "print({column.key: getattr(user, column.key) for column in inspect(User).column_attrs})",
    ),
    Option(
        "loop over __table__", "print({column.name: getattr(user, column.name) for column in User.__table__.columns})"
    ),
    Option(
        "model_validate",
        "print(UserOut.model_validate(user))",
        {"definitions": _DTO.replace("{more}", "")},
        since=(2, 0, 0),
    ),
    Option("model_dump", "print(user.model_dump())", flavours=(SQLMODEL,)),
)
