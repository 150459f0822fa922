"""Which part of the program lies in another module."""

from __future__ import annotations

from ..option import Option

OPTIONS = (
    Option("one module", weight=6),
    Option("models elsewhere", "models"),
    Option("provider elsewhere", "provider"),
    Option("models and provider elsewhere", "models provider"),
)
