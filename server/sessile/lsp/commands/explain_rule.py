"""`sessile.explainRule`: what a rule says, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.lsp.pages import rule_page
from sessile.lsp.wire.errors import InvalidParams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.state import State


async def run(state: State, arguments: Sequence[object]) -> str:
    """Takes a code, in any case."""
    code = arguments[0] if arguments else None
    page = state.backend.rule(code.upper()) if isinstance(code, str) else None
    if page is None:
        raise InvalidParams("sessile.explainRule takes the code of a rule, such as SCOPE001.")
    return rule_page(page)
