"""How the result is read: `RESULT` is the result; it gives one thing (`found`) or many (`many`)."""

from __future__ import annotations

from ..option import Option

_ONE_ROW = ("exec, parameters", "exec, params=", "execute, count", "execute, count of none", "exec, count")

OPTIONS = (
    Option("first", "found = RESULT.first()", weight=3),
    Option("all, first", "found = RESULT.all()[0]"),
    Option(
        "fetchone",
        "found = RESULT.fetchone()",
        never={
            "statement": (
                "scalars(select(User))",
                "execute.scalars",
                "scalars, one column",
                "exec(select(User))",
                "exec, count",
            )
        },
    ),
    Option("result in a name, first", "result = RESULT\nfound = result.first()"),
    Option("iterated", "for found in RESULT:\n    {}", {"loop": "yes"}, weight=2),
    Option("all, iterated", "for found in RESULT.all():\n    {}", {"loop": "yes"}, weight=2),
    Option("all in a name, iterated", "many = RESULT.all()\nfor found in many:\n    {}", {"loop": "yes"}),
    Option("list, iterated", "for found in list(RESULT):\n    {}", {"loop": "yes"}),
    Option("result in a name, iterated", "result = RESULT\nfor found in result:\n    {}", {"loop": "yes"}),
    Option("first, then all", "result = RESULT\nresult.first()\nfound = result.all()[0]"),
    Option(
        "all, then first",
        "result = RESULT\nresult.all()\nreturn result.first() is not None",
        {"expected": "True", "at": "return result.first()"},
        only={"use": ("printed",)},
    ),
    Option(
        "iterated, then all",
        "result = RESULT\nfor found in result:\n    {}\nreturn len(result.all())",
        {"loop": "yes", "expected": "3", "at": "return len(result.all())"},
        only={"use": ("printed",)},
        never={"statement": (*_ONE_ROW, "execute, union")},
    ),
    Option("after close", "result = RESULT\n$await session.close()\nfound = result.first()"),
    Option(
        "after close, all",
        "result = RESULT\n$await session.close()\nfor found in result.all():\n    {}",
        {"loop": "yes"},
    ),
    Option("after commit", "result = RESULT\n$await session.commit()\nfound = result.first()"),
    Option("not awaited", "found = NOAWAIT.first()", flavours=("async",)),
    Option(
        "of a callee",
        "found = $await fetched(session)",
        {"helpers": "$async def fetched(session):\n    return RESULT.first()"},
    ),
    Option("comprehension", "many = [each for each in RESULT]\nfound = many[0]"),
    Option("first or nothing", "found = RESULT.first()\nif found is None:\n    return"),
)
