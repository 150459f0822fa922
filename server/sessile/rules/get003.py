"""`Query.get()` is legacy: `session.get()` is the same.

`data`: `fetch` is the Site of the call of `get`, `query` the Site of `session.query(...)` or of `Model.query`,
`session` the expression that is the session (None for `Model.query`), `entity` the expression of the class, `bare`
whether nothing stands between the two.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.events import QueryFetched
from sessile.flow.values import ClassRef
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Rule
from sessile.rules.telling import problem

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

RULE = Rule("GET003", "legacy-query-get", Severity.HINT, Applicability.SAFE)


@RULE.on(QueryFetched)
def check(event: QueryFetched) -> Problem | None:
    """`get` of a Query."""
    if event.query is None or event.method != "get" or not _is_get(event.site.node):
        return None
    column = event.statement.columns[:1]
    name = column[0].facts.name if column and isinstance(column[0], ClassRef) else "Model"
    session, entity, bare = _parts(event)
    message = f"Query.get() is legacy and warns on SQLAlchemy 2.0; `session.get({name}, ...)` does the same"
    if not bare:
        message += ", and takes options, locks and populate_existing as arguments"
    data = {
        "fetch": event.site,
        "query": event.statement.site,
        "session": session,
        "entity": entity,
        "bare": bare,
    }
    applicability = Applicability.SAFE if bare else Applicability.UNSAFE
    return problem(RULE, event, message, data=data, applicability=applicability)


def _is_get(node: ast.AST) -> bool:
    """Whether a call is `query.get(...)`, not Flask-SQLAlchemy's `get_or_404`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get"


def _parts(event: QueryFetched) -> tuple[ast.expr | None, ast.expr | None, bool]:
    """Session and class as the source has them, and whether `get` follows the query directly."""
    origin = event.statement.site.node if event.statement.site is not None else None
    match origin:
        case ast.Call(func=ast.Attribute(value=session), args=[entity]):
            match event.site.node:
                case ast.Call(func=ast.Attribute(value=queried), args=[_], keywords=[]) if queried is origin:
                    return session, entity, True
            return session, entity, False
        case ast.Attribute(value=entity):
            return None, entity, False
    return None, None, False
