"""The control flow around what happens and around the reading: a template for each slot it wraps, with `{}`."""

from __future__ import annotations

from ..option import Option

OPTIONS = (
    Option("straight", weight=8),
    Option("if flag", parts={"happening": "if flag:\n    {}"}),
    Option("if flag twice", parts={"happening": "if flag:\n    {}", "reading": "if flag:\n    {}"}),
    Option("either or", parts={"happening": "if flag:\n    {}", "reading": "if not flag:\n    {}"}),
    Option(
        "early return",
        parts={"happening": "if flag:\n    return None\n{}", "reading": "if user is not None:\n    {}"},
        only={"crossing": ("variable", "return", "inside")},
    ),
    Option("return before reading", parts={"reading": "if flag:\n    return\n{}"}),
    Option("raise unless found", parts={"happening": 'if user is None:\n    raise LookupError("no user")\n{}'}),
    Option(
        "except, rolled back, raised",
        parts={"happening": "try:\n    {}\nexcept SQLAlchemyError:\n    $await session.rollback()\n    raise"},
    ),
    Option(
        "except, rolled back",
        parts={"happening": "try:\n    {}\nexcept IntegrityError:\n    $await session.rollback()"},
    ),
    Option("reading caught", parts={"reading": 'try:\n    {}\nexcept DetachedInstanceError:\n    print("gone")'}),
    Option("finally", parts={"happening": 'try:\n    {}\nfinally:\n    print("done")'}),
    Option("read in finally", parts={"reading": 'try:\n    print("reading")\nfinally:\n    {}'}),
    Option("loop", parts={"happening": "for _ in range(2):\n    {}"}),
    Option("loop that reads before", parts={"happening": "for _ in range(2):\n    print(user.id)\n    {}"}),
    Option("loop that reads after", parts={"happening": "for _ in range(2):\n    {}\n    print(user.id)"}),
    Option("read in a loop", parts={"reading": "for _ in range(2):\n    {}"}),
    Option("while", parts={"happening": "attempts = 2\nwhile attempts:\n    attempts -= 1\n    {}"}),
    Option("loop that breaks", parts={"happening": "for _ in range(3):\n    {}\n    if flag:\n        break"}),
    Option("in a callee", parts={"callee": "$async def change(session, user$moreparams):\n    {}"}),
    Option("read in a helper", parts={"helper": "def show(user):\n    {}"}),
    Option("suppress", parts={"happening": "with suppress(KeyError):\n    {}"}),
    Option("match", parts={"happening": "match flag:\n    case True:\n        {}\n    case _:\n        pass"}),
)
