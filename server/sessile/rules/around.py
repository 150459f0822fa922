"""Whether a handler stands around session work, and not around something larger that happens to use the database."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.flow.events import HandlerReached

_SESSION = re.compile(r"(^|_)(session|sess|db|uow)$|[sS]ession$")


def around_session(event: HandlerReached) -> bool:
    """Whether the protected code talks to the database itself, or names the session that it hands on."""
    items = [item.context_expr for item in getattr(event.statement, "items", [])]
    nodes = [node for part in (*getattr(event.statement, "body", []), *items) for node in ast.walk(part)]
    if id(event.work.site.node) in {id(node) for node in nodes}:
        return True
    return any(names_session(node) for node in nodes)


def session_calls(event: HandlerReached) -> list[ast.Call]:
    """The calls of the protected code that use a session by its name, or hand it on."""
    nodes = [node for part in getattr(event.statement, "body", []) for node in ast.walk(part)]
    return [node for node in nodes if isinstance(node, ast.Call) and any(map(names_session, _operands(node)))]


def _operands(call: ast.Call) -> list[ast.expr]:
    owner = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    return [*owner, *call.args, *(each.value for each in call.keywords)]


def names_session(node: ast.AST) -> bool:
    """Whether a variable or an attribute has the name of a session."""
    name = getattr(node, "attr", getattr(node, "id", ""))
    return isinstance(node, ast.Name | ast.Attribute) and _SESSION.search(name) is not None


def changes_rows(event: HandlerReached) -> bool:
    """Whether something is written in the `try`; without what was only read, most programs may go on."""
    return any(work.writes for work in event.all_work)
