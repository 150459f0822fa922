"""What could not be done, in words for a person: outcomes that stop one file and no other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be done: the absolute path of a file or directory, the line if known, and why."""

    path: str
    message: str
    line: int | None = None


def reason(error: OSError) -> str:
    """The system's own words for an error, as the middle of a sentence."""
    words = error.strerror or str(error)
    return words[:1].lower() + words[1:]
