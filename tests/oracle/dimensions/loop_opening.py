"""How the session of the loop opens."""

from __future__ import annotations

from .opening import OPTIONS as ALL

_NAMES = (
    "with Session",
    "factory",
    "factory.begin",
    "provider that commits",
    "generator provider",
    "try/finally",
    "plain open and close",
    "scoped_session",
    "async_scoped_session",
    "on self",
    "parameter",
    "decorator",
)
OPTIONS = tuple(option for option in ALL if option.name in _NAMES)
