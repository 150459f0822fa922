"""What a rule says, as plain data that every output, the editor and the baseline share.

Locations are absolute: lines from 1, columns in UTF-8 bytes from 0, ends exclusive (as `ast` counts). Outputs convert
them at the edge. A finding never holds syntax trees or open resources, so it may be cached, sent to another process
and compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.text import Edit, Range


PAGES = "https://sessile.dev/rules"


def page_of(code: str) -> str:
    """Where the page of a rule stands."""
    return f"{PAGES}/{code}"


class Severity(str, Enum):
    """A claim about run time, strongest first; see the rule catalogue in the documentation."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"

    @property
    def rank(self) -> int:
        """0 for an error up to 3 for a hint."""
        return list(Severity).index(self)


class Applicability(str, Enum):
    """Whether a fix keeps the meaning of the program."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file; `path` is absolute."""

    path: str
    range: Range


@dataclass(frozen=True, slots=True)
class Related:
    """One step of the story that leads to a finding, in the order in which it happens."""

    location: Location
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect.

    `fingerprint` identifies it across edits elsewhere in the file: code, qualified name, normalised statement, ordinal.
    `statement` is the whole statement around it: a suppression on any of its lines counts. `fix_title` and
    `applicability` are None where no fix exists; the edits themselves are built on demand by `engine.repair`.
    """

    code: str
    name: str
    severity: Severity
    message: str
    location: Location
    statement: Range
    fingerprint: str
    related: tuple[Related, ...] = ()
    applicability: Applicability | None = None
    fix_title: str | None = None


@dataclass(frozen=True, slots=True)
class FileEdit:
    """Edits to one file, all against its text as it was analysed; `creates` says that the file does not exist yet."""

    path: str
    edits: tuple[Edit, ...]
    creates: bool = False


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair that was verified: the result parses, the finding is gone and no new one appears.

    `automatic` is False where something out of sight would have to change with it: such a fix is offered to a person,
    and never applied together with others.
    """

    title: str
    applicability: Applicability
    files: tuple[FileEdit, ...]
    automatic: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """What is to be said of one file: findings in order of their place, those that a suppression hid left out.

    `complete` is False while findings are held back, or stand as they last did, until other files have been judged.
    """

    path: str
    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...] = ()
    complete: bool = True
