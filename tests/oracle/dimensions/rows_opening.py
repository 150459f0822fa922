"""How the session of the rows opens."""

from __future__ import annotations

from .opening import OPTIONS as ALL

_NAMES = ("with Session", "factory", "try/finally", "parameter", "on self", "decorator", "provider that commits")
OPTIONS = tuple(option for option in ALL if option.name in _NAMES)
