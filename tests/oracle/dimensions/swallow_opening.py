"""How the session opens whose failure is swallowed."""

from __future__ import annotations

from .loop_opening import OPTIONS as ALL

OPTIONS = tuple(
    option for option in ALL if option.name not in ("factory.begin", "async_scoped_session", "scoped_session")
)
