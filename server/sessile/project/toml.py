"""Reading TOML, and finding the line that a key stands on, which the standard library does not tell."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.project.kinds import Keys

_HEADER = re.compile(r"\s*\[\[?(?P<keys>[^\[\]]+)\]\]?\s*(?:#.*)?$")
_ASSIGNMENT = re.compile(r"""\s*(?P<keys>(?:"[^"]*"|'[^']*'|[A-Za-z0-9_\-. \t])+?)\s*=""")
_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*(?:\.|$)""")


def parse_toml(data: bytes) -> dict[str, object]:
    """The document.

    Raises:
        ValueError: it is not TOML, or not UTF-8; the message says where.
    """
    if sys.version_info >= (3, 11):
        from tomllib import loads
    else:
        from tomli import loads

    try:
        return loads(data.decode("utf-8"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def line_of(text: str, keys: Keys) -> int | None:
    """The line, from 1, that assigns a key or the closest table around it; None where none is to be seen.

    Good for pointing a human at the place; an inline table is found by the line it begins on.
    """
    table: Keys = ()
    best: tuple[int, int] | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = found = _keys(header["keys"])
        elif assignment := _ASSIGNMENT.match(line):
            found = (*table, *_keys(assignment["keys"]))
        else:
            continue
        shared = min(len(found), len(keys))
        if found[:shared] == keys[:shared] and (best is None or shared > best[0]):
            best = (shared, number)
    return best[1] if best else None


def render_toml(value: object) -> str:
    """A plain value (see `settings.plain`) on one line."""
    import json

    if isinstance(value, dict):
        members = ", ".join(
            f"{json.dumps(key, ensure_ascii=False)} = {render_toml(each)}" for key, each in value.items()
        )
        return f"{{ {members} }}" if members else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(render_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _keys(text: str) -> Keys:
    return tuple(
        next(part for part in match.groups(default="") if part) for match in _KEY.finditer(text) if any(match.groups())
    )
