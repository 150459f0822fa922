"""Whether the author says why a failure may pass: in a comment at the handler or above its `try`, or in the log line.

A swallowed failure that somebody has thought about is no finding; the words are those that people use for it.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from sessile.rules.aftermath import path_to

if TYPE_CHECKING:
    from sessile.flow.events import HandlerReached

_WORDS = re.compile(
    r"best[- ]effort|non[- ]?(?:fatal|critical|blocking|essential)|not (?:fatal|critical|block|fail|break)"
    r"|(?:do not|don't|does not|doesn't|must not|should not|shouldn't|never|mustn't|without) "
    r"(?:fail|break|block|crash|interrupt|stop|abort|prevent|raise|propagat|affect|let|roll|undo|lose)"
    r"|ignor(?:e|ing)|optional|fall(?:ing|s)?[- _]?(?:back|through)|fail[- ](?:open|safe|silent|soft)|toler"
    r"|(?:if|when) one fails|to fail (?:if|when)|all to fail|swallow|intention|deliberate|on purpose|okay if|ok if|fine if|harmless|don't care|already (?:exists|gone)",
    re.IGNORECASE,
)


def explained(event: HandlerReached) -> bool:
    """Whether a comment or a log line of the handler says that its failure does not matter."""
    handler = event.handler
    if handler is None:
        return False
    lines = event.site.block.text.splitlines()
    inside = lines[handler.lineno - 1 : handler.end_lineno]
    above = [line for node in _headers(event) for line in _above(lines, node.lineno - 1)]
    told = [_comment(line) for line in (*above, *inside)]
    told += [each.value for each in ast.walk(handler) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return any(_WORDS.search(text) for text in told)


def _headers(event: HandlerReached) -> list[ast.stmt]:
    """The `try`, and the loop whose body it is."""
    path: list[ast.AST | None] = [None, *(path_to(event.world.frame.scope.node, event.statement) or [event.statement])]
    *_, parent, own = path
    body = getattr(parent, "body", [])
    alone = isinstance(parent, ast.For | ast.AsyncFor | ast.While) and isinstance(body, list) and body[:1] == [own]
    return [event.statement, parent] if alone and isinstance(parent, ast.stmt) else [event.statement]


def _above(lines: list[str], index: int) -> list[str]:
    """The comment lines directly above a line."""
    found: list[str] = []
    while index > 0 and lines[index - 1].lstrip().startswith("#"):
        index -= 1
        found.append(lines[index])
    return found


def _comment(line: str) -> str:
    return line.partition("#")[2]
