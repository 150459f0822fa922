"""Cheap questions to ask of a text before looking at it closely: patterns that begin with literals are fast."""

from __future__ import annotations

import re
import sys

# Signs of newer syntax; a match is no proof.
_STRING = re.compile(r"""["'](?<=[fFtTrR]["'])""")
_STAR = re.compile(r"\*(?<=[\[,:\s]\*)")
_FUNCTION = re.compile(r"def[ \t\\]+\w+\s*\[")
_CLASS = re.compile(r"class[ \t\\]+\w+\s*\[")
_ALIAS = re.compile(r"type[ \t\\\r\n]+\w+\s*[=\[]")
_LAZY = re.compile(r"lazy[ \t]+(?:import|from)\b")
_GROUP = re.compile(r"except\s*\*")
_CLASSES = re.compile(r"except\b\s*\*?\s*[^(\s:*][^:\r\n]*,")
_HOST = sys.version_info[:2]
_REWRITABLE = (_FUNCTION, _CLASS, _ALIAS, _LAZY, _GROUP, _CLASSES, *((_STAR,) if _HOST < (3, 11) else ()))
# An f-string that Python 3.10 reads; Q is its own quote, O the other one.
_FIELD = r"""\{(?:[^{}"'\\#\r\n]|O[^{}"'\\#\r\n]*O)*\}"""
_OLD_STRING = (
    rf"QQQ(?:[^Q\\{{}}]|\\[^N]|\{{\{{|\}}\}}|{_FIELD})*QQQ|Q(?!QQ)(?:[^Q\\{{}}\r\n]|\\[^N]|\{{\{{|\}}\}}|{_FIELD})*Q"
)
_OLD = {
    quote: re.compile(_OLD_STRING.replace("Q", quote).replace("O", other), re.DOTALL) for quote, other in ("\"'", "'\"")
}
_NATIVE = (
    *((_GROUP,) if _HOST >= (3, 11) else ()),
    *((_ALIAS, _FUNCTION, _CLASS) if _HOST >= (3, 12) else ()),
    *((re.compile(r"""["'](?<=[tT]["'])|["'](?<=[tT][rR]["'])"""),) if _HOST >= (3, 14) else ()),
)


def may_be_rewritten(text: str, start: int = 0, end: int = sys.maxsize, *, strings: bool = False) -> bool:
    """Whether there may be newer syntax than that of Python 3.10 between two offsets; `strings`: or any f-string."""
    return any(sign.search(text, start, end) for sign in _REWRITABLE) or any(
        strings or not is_known(text, match.start()) for match in _STRING.finditer(text, start, end)
    )


def is_known(text: str, quote: int) -> bool:
    """Whether the host surely reads the string with fields whose first quote is here."""
    if "t" in text[max(quote - 2, 0) : quote].lower():
        return False
    return _HOST >= (3, 12) or _OLD[text[quote]].match(text, quote) is not None


def may_be_native(text: str) -> bool:
    """Whether this host may have parsed newer syntax than that of Python 3.10 from this text."""
    return any(sign.search(text) for sign in _NATIVE)
