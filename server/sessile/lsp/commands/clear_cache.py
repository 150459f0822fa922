"""`sessile.clearCache`: forget everything that was worked out, and work it out anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.lsp.configuration import ask_for_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.state import State


async def run(state: State, _: Sequence[object]) -> None:
    """Takes nothing. Settings and files are read again, too."""
    state.backend.clear()
    state.workspace.clear()
    ask_for_settings(state)
