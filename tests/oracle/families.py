"""Which rules speak of which failure: exception types, and words of the message where the type says too little.

A failure that none speaks of is outside the catalogue.
"""

from __future__ import annotations

import re
from typing import NamedTuple

#: The rule that speaks of writes that never reach the database.
LOST = "COMMIT001"

#: The rules about handlers that keep failures from callers.
SWALLOWED = "EXC"

#: Something is read straight off what may be no row at all; another None is no matter of sessions.
CHAINED = r"\.(first|one_or_none|scalar_one_or_none|scalar|get)\([^()]*\)\)*\."


class Family(NamedTuple):
    """The rules, any of which is right, for an exception whose type or `.orig` and whose message fit.

    `line` is a pattern for the line that raised it, where the message says too little.
    """

    error: str
    words: str
    codes: tuple[str, ...]
    line: str = ""


#: Pydantic tells of what an attribute raised in an error of its own.
FAMILIES = (
    Family("DetachedInstanceError", "", ("SCOPE001", "SCOPE002")),
    Family("MissingGreenlet", "", ("SCOPE003",)),
    Family("InvalidRequestError", "is not available due to lazy=", ("SCOPE013",)),
    Family("InvalidRequestError", "The unique() method must be invoked", ("ROW006",)),
    Family("InvalidRequestError", "Can't use yield_per with eager loaders that require uniquing", ("ROW006",)),
    Family("InvalidRequestError", "joined eager load against a collection", ("ROW006",)),
    Family("InvalidRequestError", "Object references are detached", ("SCOPE004",)),
    Family("InvalidRequestError", "This Session is permanently closed", ("SCOPE004",)),
    Family("InvalidRequestError", "This Session has been permanently closed", ("SCOPE004",)),
    Family("PendingRollbackError", "", ("COMMIT003",)),
    Family("InvalidRequestError", "A transaction is already begun", ("COMMIT006",)),
    Family("InvalidRequestError", "Can't operate on closed transaction", ("COMMIT007",)),
    Family("InvalidRequestError", "is not persistent within this Session", ("SCOPE014",)),
    Family("InvalidRequestError", "is not present in this Session", ("SCOPE014",)),
    Family("InvalidRequestError", "is not persisted", ("SCOPE014",)),
    Family("InvalidRequestError", "is already attached to session", ("SCOPE014",)),
    Family("InvalidRequestError", "has been deleted.  Use the make_transient()", ("SCOPE014",)),
    Family("InvalidRequestError", "Could not refresh instance", ("SCOPE014",)),
    Family("ValidationError", "extracting attribute: DetachedInstanceError", ("SCOPE001", "SCOPE002")),
    Family("ValidationError", "extracting attribute: MissingGreenlet", ("SCOPE003",)),
    Family("ValidationError", "is not available due to lazy=", ("SCOPE013",)),
    Family("ResourceClosedError", "", ("ROW008",)),
    Family("AttributeError", "'coroutine' object", ("ROW008",)),
    Family("TypeError", "'coroutine' object", ("ROW008",)),
    Family("AttributeError", "Could not locate column in row", ("ROW001", "ROW002", "ROW003", "ROW007")),
    Family("AttributeError", "'Row' object has no attribute", ("ROW001", "ROW002", "ROW003", "ROW007")),
    Family("AttributeError", "'NoneType' object has no attribute", ("ROW003", "ROW008"), CHAINED),
    Family("WrongValue", "", ("ROW004", "ROW008")),
    Family("TypeError", "'User' object is not subscriptable", ("ROW005",)),
    Family("TypeError", "and 'Row'", ("ROW004",)),
    Family("TypeError", "'Row' and", ("ROW004",)),
    Family("TypeError", "unsupported operand type(s) for", ("ROW004",)),
    Family("TypeError", "exec() takes 2 positional arguments", ("SQL001",)),
    Family("ArgumentError", "Textual SQL expression", ("SQL002",)),
    Family("ObjectNotExecutableError", "", ("SQL002",)),
)


def codes_for(error: str, orig: str | None, message: str, line: str) -> tuple[str, ...]:
    """The rules that speak of an exception that a line raised, () where it is outside the catalogue."""
    for family in FAMILIES:
        if family.error in (error, orig) and family.words in message and re.search(family.line, line):
            return family.codes
    return ()
