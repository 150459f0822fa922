"""Which part of the program lies in another module."""

from __future__ import annotations

from ..option import Option

_CALLED = (
    "return",
    "tuple",
    "list",
    "dict",
    "comprehension",
    "yield",
    "yield, listed",
    "attribute",
    "cache",
    "closure",
    "named tuple",
)

OPTIONS = (
    Option("one module", weight=10),
    Option("models elsewhere", "models"),
    Option("provider elsewhere", "provider"),
    Option("models and provider elsewhere", "models provider"),
    Option("callee elsewhere", "models provider callee", only={"crossing": _CALLED}),
)
