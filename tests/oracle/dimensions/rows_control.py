"""The control flow around the use."""

from __future__ import annotations

from ..option import Option

OPTIONS = (
    Option("straight", weight=5),
    Option("if flag", parts={"use": "if flag:\n    {}"}),
    Option("try", parts={"use": 'try:\n    {}\nfinally:\n    print("done")'}),
    Option("caught", parts={"use": 'try:\n    {}\nexcept AttributeError:\n    print("no such attribute")'}),
)
