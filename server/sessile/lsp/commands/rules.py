"""`sessile.rules`: every rule, for a choice among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.state import State


async def run(state: State, _: Sequence[object]) -> list[dict[str, str]]:
    """Takes nothing; gives `code`, `name` and `summary` of each."""
    pages = [state.backend.rule(code) for code in state.backend.codes()]
    return [{"code": each.code, "name": each.name, "summary": each.summary} for each in pages if each]
