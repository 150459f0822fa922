"""A loop over objects reads something of each: does every turn send a SELECT?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..assembly import Draft
from ..text import filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..option import Option

SHARE = 8
DIMENSIONS = ("flavour", "layout", "opening", "mapping", "loading", "listing", "each", "control")
SIZES = [2, 6]


def demands(_options: Mapping[str, Option]) -> dict[str, Any]:
    """It runs with few rows and with many."""
    return {"sizes": SIZES}


def write(options: Mapping[str, Option]) -> dict[str, str]:
    """The files of the program."""
    draft = Draft(options)
    for dimension in ("listing", "each"):
        draft.add("callee", options[dimension].part("helpers"))
    code = options["each"].code
    if helper := options["control"].part("helper"):
        draft.add("callee", filled(helper, block=code))
        code = "show(user)"
    loop = filled(options["listing"].code, block=draft.wrapped("reading", code))
    draft.function("main", "f", draft.wrapped("all", loop), "", "")
    return draft.files()
