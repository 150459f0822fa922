"""Which files on disk matter, and how the client is asked to watch them."""

from __future__ import annotations

import os

CONFIGURATION = ("pyproject.toml", "sessile.toml")
WATCHED = (*(f"**/{name}" for name in CONFIGURATION), "**/*.py")


def is_configuration(path: str) -> bool:
    """Whether settings may come from this file."""
    return os.path.basename(path) in CONFIGURATION
