"""What is done with what was fetched; `expected` is what a program that returns something ought to return."""

from __future__ import annotations

from ..option import Option

_COUNTS = (
    "execute, count",
    "exec, count",
)
_NONE = ("execute, count of none",)

OPTIONS = (
    Option("attribute", "print(found.name)", weight=4),
    Option("entity of the row", "print(found.User)"),
    Option("entity's attribute", "print(found.User.name)"),
    Option("[0]", "print(found[0])", weight=2),
    Option("[0].name", "print(found[0].name)"),
    Option("unpacked", "(user,) = found\nprint(user)"),
    Option("unpacked in two", "one, other = found\nprint(one, other)"),
    Option("f-string", 'print(f"{found.name}")'),
    Option(
        "attribute of a helper's parameter",
        "print(name_of(found))",
        {"helpers": "def name_of(user):\n    return user.name"},
    ),
    Option("getattr", 'print(getattr(found, "name"))'),
    Option("set", 'found.name = "changed"'),
    Option("relationship", "print(found.team)"),
    Option("key", 'print(found["name"])'),
    Option("mapping's key", 'print(found["User"])'),
    Option("_mapping", "print(found._mapping)"),
    Option("printed", "print(found)"),
    Option("is None", "print(found is None)"),
    Option("bool", 'print("found" if found else "none")'),
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
