"""How the mapping loads the relationships."""

from __future__ import annotations

from .mapping import OPTIONS as ALL

OPTIONS = tuple(option for option in ALL if option.name not in ("dynamic", "write_only"))
