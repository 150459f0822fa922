"""What editors' own commands ask of the server: one file per command; `COMMANDS` is the table of all of them.

Each takes the state, since a command makes the client change its documents, and the arguments as they came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.lsp.commands import (
    apply_autofix,
    apply_autofix_workspace,
    apply_fix,
    clear_cache,
    create_helpers,
    debug_information,
    explain,
    explain_rule,
    rules,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from sessile.lsp.state import State

    Command = Callable[[State, Sequence[object]], Awaitable[object]]

COMMANDS: Mapping[str, Command] = {
    "sessile.applyFix": apply_fix.run,
    "sessile.applyAutofix": apply_autofix.run,
    "sessile.applyAutofixWorkspace": apply_autofix_workspace.run,
    "sessile.explain": explain.run,
    "sessile.explainRule": explain_rule.run,
    "sessile.rules": rules.run,
    "sessile.createHelpers": create_helpers.run,
    "sessile.clearCache": clear_cache.run,
    "sessile.debugInformation": debug_information.run,
}
