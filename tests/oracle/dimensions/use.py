"""What is done with what was fetched; `expected` is what a program that returns something ought to return."""

from __future__ import annotations

from ..option import Option

_COUNTS = (
    "execute, count",
    "exec, count",
)
_NONE = ("execute, count of none",)

_ENTITIES = ("scalars(select(User))", "execute.scalars", "exec(select(User))", "exec, parameters", "exec, params=")
_ROWS = (
    "execute(select(User))",
    "execute.unique",
    "execute, two entities",
    "exec, two entities",
    "exec, SQLAlchemy's select",
)
_ONE = ("execute(select(User))", "execute.unique", "exec, SQLAlchemy's select", "execute, one column")
_COLUMNS = ("execute, columns", "execute, union", "execute, text", "execute, string", "exec, text")
_OF_ENTITIES = {"statement": (*_ENTITIES, *_ROWS)}
_NAMED = {"statement": (*_ENTITIES, *_ROWS, *_COLUMNS)}

OPTIONS = (
    Option("attribute", "print(found.name)", only=_NAMED, weight=4),
    Option("entity of the row", "print(found.User)", only={"statement": _ROWS}),
    Option("entity's attribute", "print(found.User.name)", only={"statement": _ROWS}),
    Option("[0]", "print(found[0])", weight=2),
    Option("[0].name", "print(found[0].name)", only=_OF_ENTITIES),
    Option("unpacked", "(user,) = found\nprint(user)", only={"statement": _ONE}),
    Option(
        "unpacked in two",
        "one, other = found\nprint(one, other)",
        only={"statement": (*_COLUMNS, "execute, two entities", "exec, two entities")},
    ),
    Option("f-string", 'print(f"{found.name}")', only=_NAMED),
    Option(
        "attribute of a helper's parameter",
        "print(name_of(found))",
        {"helpers": "def name_of(user):\n    return user.name"},
        only=_NAMED,
    ),
    Option("getattr", 'print(getattr(found, "name"))', only=_NAMED),
    Option("set", 'found.name = "changed"', only=_OF_ENTITIES),
    Option("relationship", "print(found.team)", only=_OF_ENTITIES),
    Option("key", 'print(found["name"])', only={"statement": ("execute.mappings",)}),
    Option("mapping's key", 'print(found["User"])', only={"statement": ("execute.mappings",)}),
    Option("_mapping", "print(found._mapping)", only={"statement": (*_ROWS, *_COLUMNS)}),
    Option("printed", "print(found)"),
    Option("is None", "print(found is None)"),
    # What is printed nobody sees, so whether a Row is taken for its value shows only where it is returned, as below.
    Option(
        "bool",
        'print("found" if found else "none")',
        never={"statement": (*_COUNTS, *_NONE, "execute, one column")},
    ),
    Option(
        "compared", "return found == 3", {"expected": "True", "at": "return found == 3"}, only={"statement": _COUNTS}
    ),
    Option("greater", "print(found > 2)", only={"statement": _COUNTS}),
    Option("computed with", "print(found + 1)", only={"statement": _COUNTS}),
    Option(
        "tested", "return bool(found)", {"expected": "False", "at": "return bool(found)"}, only={"statement": _NONE}
    ),
    Option(
        "not",
        'return "none" if not found else "some"',
        {"expected": "'none'", "at": 'return "none" if'},
        only={"statement": _NONE},
    ),
    Option("scalar of it", "print(found[0] + 1)", only={"statement": (*_COUNTS, *_NONE)}),
)
