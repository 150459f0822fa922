"""Cheap questions to ask of a text before looking at it closely: patterns that begin with literals are fast."""

from __future__ import annotations

import re
import sys

# Signs of newer syntax; a match is no proof.
_STRING = re.compile(r"""["'](?<=[fFtTrR]["'])""")
_STAR = re.compile(r"\*(?<=[\[,:\s]\*)")
_FUNCTION = re.compile(r"def[ \t\\]+\w+\s*\[")
_CLASS = re.compile(r"class[ \t\\]+\w+\s*\[")
_ALIAS = re.compile(r"type[ \t\\]+\w+\s*[=\[]")
_LAZY = re.compile(r"lazy[ \t]+(?:import|from)\b")
_GROUP = re.compile(r"except\s*\*")
_CLASSES = re.compile(r"except\b[^:\r\n]*,")
_REWRITABLE = (_STRING, _STAR, _FUNCTION, _CLASS, _ALIAS, _LAZY, _GROUP, _CLASSES)
_HOST = sys.version_info[:2]
_NATIVE = (
    *((_GROUP,) if _HOST >= (3, 11) else ()),
    *((_ALIAS, _FUNCTION, _CLASS) if _HOST >= (3, 12) else ()),
    *((re.compile(r"""["'](?<=[tT]["'])|["'](?<=[tT][rR]["'])"""),) if _HOST >= (3, 14) else ()),
)


def may_be_rewritten(text: str, start: int = 0, end: int = sys.maxsize) -> bool:
    """Whether there may be newer syntax than that of Python 3.10 between two offsets."""
    return any(sign.search(text, start, end) for sign in _REWRITABLE)


def may_be_native(text: str) -> bool:
    """Whether this host may have parsed newer syntax than that of Python 3.10 from this text."""
    return any(sign.search(text) for sign in _NATIVE)
