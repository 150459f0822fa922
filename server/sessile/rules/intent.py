"""Whether the author says why a failure may pass: in a comment at the handler or above its `try`, in the log line, or
by what the function is for.

A swallowed failure that somebody has thought about is no finding, and neither is that of a write which only accompanies
the real work (a notification, an audit row, a cache, a counter) or that of code with nobody to tell (a worker's turn).
The words are those that people use for it.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from sessile.rules.aftermath import path_to
from sessile.rules.around import session_calls
from sessile.rules.handlers import last_name

if TYPE_CHECKING:
    from sessile.flow.events import HandlerReached


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_NOT = "(?:do|does|must|should) not|don't|doesn't|mustn't|shouldn't|never|without"
#: What is said of failures that do not matter, in a docstring too.
_DECIDED = (
    r"best[- ]effort",
    r"non[- ]?(?:fatal|critical|blocking|essential)",
    r"not (?:fatal|critical|block|fail|break)",
    rf"(?:{_NOT}) (?:fail|break|block|crash|interrupt|stop|abort|prevent|raise|affect|mask|roll|undo|lose|let)",
    r"fall(?:ing|s)?[- _]?(?:back|through)",
    r"fail[- ](?:open|closed|safe|silent|soft)",
    r"swallow",
)
#: What means that in a comment or a log line only.
_SAID = (
    r"ignor(?:e|ing)",
    r"optional|toler|intention|deliberate|on purpose|harmless|don't care",
    r"(?:okay|ok|fine) if",
    r"already (?:exists|gone)",
    r"(?:if|when) one fails|to fail (?:if|when)|all to fail",
)
_DOCUMENTED = _any(*_DECIDED)
_WORDS = _any(*_DECIDED, *_SAID)
_STAND_IN = r"(?:none|false|null|zero|-1|an empty \w+|empty (?:list|dict|string|tuple|set)|\[\]|\{\})\b"
_FAILURE = r"(?:fail\w*|errors?|exceptions?|goes wrong|went wrong|(?:could|can) ?not|unable|unavailable)"
#: What a docstring says of a stand-in: "None if it failed", "on errors an empty list".
_CONTRACT = _any(
    rf"{_STAND_IN}`*[^.]{{0,80}}\b{_FAILURE}\b",
    rf"\b(?:on|if|when|in case of)\b[^.]{{0,80}}\b{_FAILURE}\b[^.]{{0,80}}{_STAND_IN}",
)
#: Words in a comment that explains something, and what is none.
SENTENCE = 5
_REMINDER = _any(r"todo|fixme|xxx|hack|raise|noqa|pragma|pylint|type: ignore")
#: Names of work that only accompanies something else, or that nobody waits for.
_ACCOMPANYING = (
    r"notif\w*|logs?|audit\w*|telemetry|metrics?|statistics|analytics|track\w*|cach\w*|usage|activity",
    r"last[ _](?:used|seen|active|login|access|visit|activity)\w*",
    r"clean[ _-]?up|purge|prune|sweep|warm[ _-]?up|heartbeat|hook|webhook|callback|listener|consumer",
    r"tick|loop|worker|cron|poll\w*|periodic\w*|background|daemon|schedule[rd]?|startup|shutdown|lifespan|seed\w*",
)
_ACCOMPANIES = _any(rf"(?:^|_)(?:{_ACCOMPANYING[0]})(?:$|_)")
_SECONDARY = _any(rf"(?:^|[\W_])(?:{'|'.join(_ACCOMPANYING)})(?:$|[\W_])")


def explained(event: HandlerReached) -> bool:
    """Whether a comment or a log line of the handler says that its failure does not matter, or the function's docstring
    what is returned then."""
    handler = event.handler
    if handler is None:
        return False
    lines = event.site.block.text.splitlines()
    inside = lines[handler.lineno - 1 : handler.end_lineno]
    above = [line for node in _headers(event) for line in _above(lines, node.lineno - 1)]
    told = [_comment(line) for line in (*above, *inside)]
    function = event.world.frame.scope.node
    if isinstance(function, _FUNCTIONS) and _CONTRACT.search(ast.get_docstring(function) or ""):
        return True
    return bool(_DOCUMENTED.search(_documentation(event))) or any(
        _WORDS.search(text) for text in (*told, *_texts(handler))
    )


def is_commented(event: HandlerReached) -> bool:
    """Whether the handler has a sentence of its own that is no reminder."""
    handler = event.handler
    lines = event.site.block.text.splitlines()[handler.lineno - 1 : handler.end_lineno] if handler is not None else []
    text = " ".join(_comment(line).strip() for line in lines)
    return len(text.split()) >= SENTENCE and not _REMINDER.search(text)


def is_secondary(event: HandlerReached) -> bool:
    """Whether what fails only accompanies the real work, or has nobody to tell."""
    name = getattr(event.world.frame.scope.node, "name", "")
    texts = _texts(event.handler) if event.handler is not None else []
    work = [last_name(each.func) for each in session_calls(event)]
    return any(_SECONDARY.search(text) for text in (name, *texts)) or (
        bool(work) and all(map(_ACCOMPANIES.search, work))
    )


def _texts(handler: ast.ExceptHandler) -> list[str]:
    return [each.value for each in ast.walk(handler) if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def _documentation(event: HandlerReached) -> str:
    """The docstrings of the function and of its module."""
    scope = event.world.frame.scope
    nodes = [scope.node, *(placed.block.tree for placed in scope.module.module.blocks[:1])]
    return "\n".join(ast.get_docstring(node) or "" for node in nodes if isinstance(node, (*_FUNCTIONS, ast.Module)))


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
