"""The control flow around the reading."""

from __future__ import annotations

from ..option import Option

OPTIONS = (
    Option("straight", weight=5),
    Option("if flag", parts={"reading": "if flag:\n    {}"}),
    Option("continue", parts={"reading": "if flag:\n    continue\n{}"}, never={"listing": ("one only",)}),
    Option("break", parts={"reading": "{}\nif user.id == 99:\n    break"}, never={"listing": ("one only",)}),
    Option("try", parts={"reading": 'try:\n    {}\nexcept KeyError:\n    print("no such key")'}),
    Option("twice over", parts={"all": "for _ in range(2):\n    {}"}),
    Option(
        "in a helper", parts={"helper": "def show(user):\n    {}"}, never={"each": ("awaitable_attrs", "refreshed")}
    ),
)
