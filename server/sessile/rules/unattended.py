"""Whether nobody waits for what a function does: a command run by hand, a scheduled job, a queued task, a seeder.

What is merely slow there is information. Decided by the decorators of the function that is analysed, and by the names
that people give to the files of such work.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.flow.scopes import Scope

#: Parts of the names of decorators that make a function a command, a job or a task.
_DECORATORS = re.compile(
    r"(?:^|[._])(?:commands?|scheduler?|scheduled|tasks?|jobs?|cron|actor|periodic|background)(?:$|[._])", re.IGNORECASE
)
#: Packages and modules of work that runs by itself or by hand.
_PLACES = frozenset(
    {
        *("cli", "commands", "cron", "jobs", "scheduled", "script", "scripts", "tasks", "workers"),
        *("backfill", "backfills", "fixes", "migrations", "seed", "seeder", "seeders", "seeds"),
    }
)


def unattended(scope: Scope) -> bool:
    """Whether a function, or one around it, is work that nobody waits for."""
    around: Scope | None = scope
    while around is not None:
        if any(_DECORATORS.search(_name(each)) for each in around.decorators):
            return True
        around = around.parent
    return not _PLACES.isdisjoint(scope.module.name.split("."))


def _name(decorator: ast.expr) -> str:
    return ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)
