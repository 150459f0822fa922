"""Rows, entities and scalars that are taken for one another, and results that are read once too often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..assembly import Draft
from ..text import filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..option import Option

SHARE = 8
DIMENSIONS = ("flavour", "layout", "opening", "mapping", "statement", "fetch", "use", "control")


def demands(options: Mapping[str, Option]) -> dict[str, Any]:
    """What the program ought to return, and the line that returns it, where it returns something."""
    answering = [option for option in options.values() if option.part("expected")]
    return {"expected": [(option.part("at"), option.part("expected")) for option in answering]}


def write(options: Mapping[str, Option]) -> dict[str, str]:
    """The files of the program."""
    draft = Draft(options, result="done")
    statement, fetch, use = options["statement"], options["fetch"], options["use"]
    result = statement.code.replace("$statement", statement.part("statement"))
    for each in (fetch, use):
        draft.add("callee", _with(each.part("helpers"), result))
    code = draft.wrapped("use", use.code)
    body = filled(fetch.code, block=code) if fetch.part("loop") else f"{fetch.code}\n{code}"
    draft.function("main", "f", _with(body, result), "", "")
    return draft.files()


def _with(text: str, result: str) -> str:
    return text.replace("RESULT", result).replace("NOAWAIT", result.replace("$await", ""))
