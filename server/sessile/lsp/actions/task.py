"""What a code action would do, small enough to be sent to the client and back before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(str, Enum):
    """`FIX` repairs one finding, `FIX_KIND` all of its rule in a document, `FIX_ALL` what is safe there,
    `FIX_NOTEBOOK` what is safe in all cells; `REWRITE` writes what is right in another way; the others write or take
    back suppressions."""

    FIX = "fix"
    FIX_KIND = "fixKind"
    FIX_ALL = "fixAll"
    FIX_NOTEBOOK = "fixNotebook"
    IGNORE_LINE = "ignoreLine"
    IGNORE_FILE = "ignoreFile"
    ENABLE = "enable"
    REWRITE = "rewrite"


@dataclass(frozen=True, slots=True)
class Task:
    """`version` is that of the text that the action was offered for. `subject` is the fingerprint of a finding; for
    `FIX_KIND`, `ENABLE` and `REWRITE` the code, and `line` (from 1) where its suppression stands, or what is to be
    rewritten; `ordinal` counts the rewrites with that code in the line."""

    kind: Kind
    uri: str
    version: int | None
    subject: str = ""
    line: int = 0
    ordinal: int = 0

    def data(self) -> dict[str, str | int | None]:
        """JSON for the client."""
        names = ("uri", "version", "subject", "line", "ordinal")
        return {"kind": self.kind.value, **{name: getattr(self, name) for name in names}}


def read_task(data: object) -> Task | None:
    """The task in a client's JSON; None if it is none of ours."""
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(kind, str) or kind not in {each.value for each in Kind}:
        return None
    uri, version, subject, line = (data.get(name) for name in ("uri", "version", "subject", "line"))
    ordinal = data.get("ordinal", 0)
    if not (isinstance(uri, str) and isinstance(subject, str) and isinstance(line, int) and isinstance(ordinal, int)):
        return None
    return Task(Kind(kind), uri, version if isinstance(version, int) else None, subject, line, ordinal)
