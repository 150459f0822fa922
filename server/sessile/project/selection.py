"""Which rules a selector means, and which selector wins.

A selector is a code (`SCOPE001`), the start of one that keeps its letters whole (`SCOPE`, `SCOPE0`), `ALL`, or
`DEFAULT`, the rules that are on unless told otherwise. The longest selector that means a rule decides; between equals
`ignore` wins.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessile.project.kinds import Reader, Text, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

ALL = "ALL"
DEFAULT = "DEFAULT"


def weight(selector: str, code: str, default: bool = True) -> int | None:
    """How closely a selector means a rule, higher is closer; None if it does not mean it."""
    if selector in (ALL, DEFAULT):
        return 0 if selector == ALL or default else None
    return len(selector) if code.startswith(selector) and _letters(selector) == _letters(code) else None


def heaviest(selectors: Iterable[str], code: str, default: bool = True) -> int | None:
    """The weight of the selector that means a rule most closely; None if none does."""
    return max((found for each in selectors if (found := weight(each, code, default)) is not None), default=None)


def enabled(select: Iterable[str], ignore: Iterable[str], code: str, default: bool) -> bool:
    """Whether a rule is on; `default` says whether it is on when nobody asks."""
    wanted = heaviest(select, code, default)
    unwanted = heaviest(ignore, code, default)
    return wanted is not None and (unwanted is None or unwanted < wanted)


def without(selectors: Iterable[str], overriding: Iterable[str]) -> tuple[str, ...]:
    """The selectors left when others, which say the opposite and come later, take back what they mean."""
    later = tuple(overriding)
    return tuple(each for each in selectors if heaviest(later, each) is None)


def _letters(code: str) -> str:
    return code.rstrip("0123456789")


def _unknown(selector: str, reader: Reader) -> str | None:
    if not reader.codes or any(weight(selector, code) is not None for code in reader.codes):
        return None
    return f"`{selector}` is no rule; {_suggestion(selector, reader.codes)}"


def _suggestion(selector: str, codes: frozenset[str]) -> str:
    families = sorted({_letters(code) for code in codes})
    if _letters(selector) in families or not re.search(r"[0-9]", selector):
        known = sorted(code for code in codes if _letters(code) == _letters(selector)) or [*families, ALL, DEFAULT]
        return nearest(selector, known)
    return nearest(selector, sorted(codes))


SELECTOR = Text("a rule's code, or the start of one such as SCOPE, ALL or DEFAULT", "[A-Z]+[0-9]*", _unknown)
