"""An object is got, something happens to it or its session, it crosses to somebody, and is read there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..assembly import Draft
from ..text import filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..option import Option

SHARE = 66
DIMENSIONS = (
    "flavour",
    "layout",
    "opening",
    "factory",
    "mapping",
    "loading",
    "getting",
    "happening",
    "then",
    "control",
    "crossing",
    "reading",
)


def write(options: Mapping[str, Option]) -> dict[str, str]:
    """The files of the program."""
    draft = Draft(options)
    crossing = options["crossing"]
    happening = draft.wrapped(
        "happening", _moved(draft, "callee", "$await change(session, user$moreargs)", "happening")
    )
    reading = draft.wrapped("reading", _moved(draft, "helper", "show(user)", "reading"))
    body = options["getting"].code + "\n" + happening
    leaves = crossing.part("inside")
    if not crossing.part("call") and not crossing.part("loop"):
        inside, after = (reading, "") if crossing.part("reading") == "inside" else ("", reading)
        draft.function("main", "f", body, inside, after)
    else:
        draft.function("callee", "load", body, leaves, "")
        call = crossing.part("call")
        text = f"{call}\n{{}}" if call else f"{crossing.part('loop')}\n    {{}}"
        draft.add("main", filled("$async def f($params):\n    {}", block=filled(text, block=reading)))
    return draft.files()


def _moved(draft: Draft, part: str, call: str, dimension: str) -> str:
    """The code of a dimension, or a call of the function that the control flow moves it to."""
    code = draft.options[dimension].code
    if dimension == "happening":
        code += "\n" + draft.options["then"].code
    template = draft.options["control"].part(part)
    if not template:
        return code
    draft.add("callee", filled(template, block=code))
    return call
