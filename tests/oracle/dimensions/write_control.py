"""The control flow around the writing."""

from __future__ import annotations

from ..option import Option

OPTIONS = (
    Option("straight", weight=5),
    Option("if flag", parts={"happening": "if flag:\n    {}"}),
    Option("unless flag", parts={"happening": "if not flag:\n    {}"}),
    Option("if flag, ended too", parts={"happening": "if flag:\n    {}", "ending": "if flag:\n    {}"}),
    Option("either or", parts={"happening": "if flag:\n    {}", "ending": "if not flag:\n    {}"}),
    Option("finally", parts={"happening": 'try:\n    {}\nfinally:\n    print("done")'}),
    Option("loop", parts={"happening": "for _ in range(1):\n    {}"}),
    Option("all in a loop", parts={"both": "for _ in range(1):\n    {}"}),
    Option("all in try", parts={"both": 'try:\n    {}\nexcept KeyError:\n    print("no such key")'}),
    Option(
        "rolled back and raised",
        parts={"both": "try:\n    {}\nexcept Exception:\n    $await session.rollback()\n    raise"},
    ),
    Option("in a callee", parts={"callee": "$async def change(session$moreparams):\n    {}"}),
)
