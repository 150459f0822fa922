"""The database fails, and a handler keeps it from the caller: a fix has to let it through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..assembly import Draft
from ..text import filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..option import Option

SHARE = 2
DIMENSIONS = ("flavour", "layout", "opening", "failing", "handler")


def demands(_options: Mapping[str, Option]) -> dict[str, Any]:
    """What fails because its row is there already runs without any rows, too."""
    return {"sizes": [3, 0]}


def write(options: Mapping[str, Option]) -> dict[str, str]:
    """The files of the program."""
    draft = Draft(options, result="done")
    draft.add("callee", options["failing"].part("helpers"))
    draft.function("main", "f", filled(options["handler"].code, block=options["failing"].code), "", "")
    return draft.files()
