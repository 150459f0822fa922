"""Reads JSON that a client wrote by hand (capabilities, options): what is missing or of another kind is just absent."""

from __future__ import annotations


def member(value: object, path: str) -> object:
    """What lies at a dotted path; None where any step is missing."""
    for key in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def strings(value: object) -> tuple[str, ...]:
    """The strings of a list; empty for anything else."""
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def integers(value: object) -> tuple[int, ...]:
    """The whole numbers of a list; empty for anything else."""
    if not isinstance(value, list):
        return ()
    return tuple(each for each in value if isinstance(each, int) and not isinstance(each, bool))
