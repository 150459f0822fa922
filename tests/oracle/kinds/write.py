"""Something is written, and its session ends: is it there afterwards?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..assembly import Draft
from ..text import filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..option import Option

SHARE = 16
DIMENSIONS = ("flavour", "layout", "opening", "factory", "writing", "control", "ending")


def demands(options: Mapping[str, Option]) -> dict[str, Any]:
    """What fails because its row is there already runs without any rows, too."""
    return {"sizes": [3, 0]} if options["writing"].name.startswith("fails") else {}


def write(options: Mapping[str, Option]) -> dict[str, str]:
    """The files of the program."""
    draft = Draft(options, result="done")
    writing, ending = options["writing"], options["ending"]
    for each in (writing, ending):
        draft.add("callee", each.part("helpers"))
    code = writing.code
    if callee := options["control"].part("callee"):
        draft.add("callee", filled(callee, block=code))
        code = "$await change(session$moreargs)"
    both = draft.wrapped("happening", code) + "\n" + draft.wrapped("ending", ending.code)
    body = draft.wrapped("both", both)
    if "$var" in options["opening"].code:
        body += "\ndone = True"
    if "callee" in options["layout"].code:
        draft.function("callee", "save", body, "", "")
        draft.add("main", "$async def f($params):\n    return $await save($args)")
    else:
        draft.function("main", "f", body, "", "")
    return draft.files()
