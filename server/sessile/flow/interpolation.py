"""What a hole in SQL text stands for: a value that could have been bound, or a name or fragment that could not.

Decided by the literal text around the hole. Statements that take no bind parameters at all (DDL, SET and the like) have
no values in this sense.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.flow.values import Formatted, Hole


class Place(str, Enum):
    """Where a hole stands. NAME: also a path into a JSON document, since few databases take a parameter for one.
    BIND: right after a colon, so that it is the name of a parameter."""

    VALUE = "value"
    NAME = "name"
    BIND = "bind"


#: Stands for an earlier hole.
MARK = "\x00"
UNBINDABLE = re.compile(
    r"\s*(?:set|create|alter|drop|grant|revoke|comment|notify|listen|unlisten|vacuum|analyze|pragma|use|truncate|attach"
    r"|detach|reindex|refresh|lock|copy|show|kill|flush|rename|cluster|explain|begin|declare|do)\b",
    re.I,
)
#: What stands before a string that is a path into a JSON document, and what such a path begins with.
_JSON_BEFORE = re.compile(r"(?:->>?|#>>?|#-|@\?|@@)\s*$")
_JSON_PATH = re.compile(r"(?:lax\s+|strict\s+)?\$[.\[]")
_CATALOG = re.compile(
    r"\b(?:information_schema|pg_catalog|pg_\w+|sqlite_(?:master|schema)|sys\.\w+|performance_schema|mysql\.\w+"
    r"|(?:all|user|dba)_(?:tables|tab_columns|constraints|indexes|sequences|objects))\b",
    re.I,
)
_STRING = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|--[^\n]*")
_VALUE_BEFORE = re.compile(
    r"(?:[=<>~]|\|\||\b(?:like|ilike|in|between|limit|offset|then|else|interval|top|regexp|rlike|similar\s+to)"
    r"|\bbetween\s+\S+\s+and|\b(?:in|values|any|all)\s*\((?:[^()]*,)?|\bvalues\s*\([^;]*,)\s*$",
    re.I,
)


def places(text: Formatted) -> list[tuple[Hole, Place]]:
    """Every hole of a string that is run as SQL, and where it stands."""
    before = ""
    found: list[tuple[Hole, Place]] = []
    bindable = not (text.pieces and isinstance(text.pieces[0], str) and UNBINDABLE.match(text.pieces[0]))
    for position, piece in enumerate(text.pieces):
        if isinstance(piece, str):
            before += piece
            continue
        following = text.pieces[position + 1] if position + 1 < len(text.pieces) else ""
        place = _place(before, following if isinstance(following, str) else MARK)
        found.append((piece, Place.NAME if place is Place.VALUE and not bindable else place))
        before += MARK
    return found


def asks_the_catalog(text: Formatted) -> bool:
    """Whether a statement asks the database for its tables and columns, so that its values are names of these."""
    return any(isinstance(piece, str) and _CATALOG.search(piece) for piece in text.pieces)


def _place(before: str, after: str) -> Place:
    rest = _STRING.sub(MARK, before)
    if "'" in rest:
        outside, _, inside = rest.partition("'")
        path = _JSON_BEFORE.search(outside) or _JSON_PATH.match(inside)
        return Place.NAME if path else Place.VALUE
    if _JSON_BEFORE.search(rest):
        return Place.NAME
    if rest.endswith(":") and not rest.endswith("::"):
        return Place.BIND
    if before[-1:] == '"' and _VALUE_BEFORE.search(before[:-1]):
        return Place.VALUE
    if before.rstrip()[-1:] in ('"', "`", "[", ".") or after[:1] in ('"', "`", ".", "(") or after[:1].isalnum():
        return Place.NAME
    return Place.VALUE if _VALUE_BEFORE.search(rest) else Place.NAME
