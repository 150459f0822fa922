"""What the tables share: versions, and names written as one text.

`since` is the first release that has a name, `until` the first that has not; None where all supported ones agree.
"""

from __future__ import annotations

Version = tuple[int, ...]
Span = tuple[Version | None, Version | None]


def available(version: Version, since: Version | None, until: Version | None) -> bool:
    """Whether a release has what exists from `since` (included) to `until` (excluded)."""
    return (since is None or version >= since) and (until is None or version < until)


def names(text: str) -> tuple[str, ...]:
    """The names that a text lists, separated by white space."""
    return tuple(text.split())
