"""`session.execute(...).scalars()` is what `session.scalars(...)` does.

https://docs.sqlalchemy.org/en/20/orm/session_api.html#sqlalchemy.orm.Session.scalars
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.events import StatementRun
from sessile.flow.story import Site
from sessile.rules.finding import Applicability, Severity
from sessile.rules.repairs import Repair
from sessile.rules.rule import Rule
from sessile.rules.telling import problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

TITLE = "Write `session.scalars(...)`"
RULE = Rule("scalars", "session-scalars", Severity.HINT, Applicability.SAFE)
RULE.repairs(TITLE)(Repair(TITLE, "results.session_scalars").draft)


@RULE.on(StatementRun)
def check(event: StatementRun) -> Problem | None:
    """A session that is one of SQLAlchemy's own runs a statement, and its result is asked for scalars at once."""
    session = event.session
    own = session is not None and session.certain and not session.guessed and session.facts is None
    if not own or event.method != "execute" or len(event.world.frames) > 1:
        return None
    link = next((each for each in ast.walk(event.site.block.tree) if _asks(each, event.call)), None)
    if link is None:
        return None
    data = {"link": Site(event.site.path, event.site.block, link)}
    return problem(RULE, event, "two calls that one call does", data=data)


def _asks(node: ast.AST, run: ast.Call) -> bool:
    """Whether a node is `run.scalars()` or `(await run).scalars()`, of whole rows."""
    if not isinstance(node, ast.Call) or node.args or node.keywords or not isinstance(node.func, ast.Attribute):
        return False
    result = node.func.value
    return node.func.attr == "scalars" and (result.value if isinstance(result, ast.Await) else result) is run
