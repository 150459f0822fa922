"""What a file imports, and whether a session or a mapped class may begin in it: read off its text, without parsing it.

Everything errs on the side of seeing more than there is: what stands in comments and strings counts as well, and each
word after `import` as a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import normalize

from sessile.orm.hints import COMMON, DECISIVE, SESSION_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ORIGIN = re.compile(r"alchemy|sqlmodel", re.I)
_NAMED = re.compile(rf"\b(?:{'|'.join(sorted(SESSION_NAMES))})\b")
_USED = re.compile(
    rf"\.\s*(?:{'|'.join(sorted(DECISIVE | COMMON))})\b|\bas[\s\\(]+(?:{'|'.join(sorted(SESSION_NAMES))})\b"
)
_FROM = re.compile(r"(?s:.*)\bfrom\b([\s\\.\w]*)\Z")
_LIST = re.compile(r"[\s\\]*\(([^#)]*(?:#[^\r\n]*[\r\n][^#)]*)*)|([^\r\n;#\\]*(?:\\\r?\n?[^\r\n;#\\]*)*)")
_WORD = re.compile(r"\w+|\*")
_BLANK = re.compile(r"[\s\\]+")
_DOTTED = re.compile(r"[\w.]+")
_KEYWORD = "import"
#: How far above `import` its `from` may stand.
_REACH = 300


@dataclass(frozen=True, slots=True)
class Import:
    """`from origin import names`, `level` dots in front of the origin; `import origin` has no names."""

    origin: str
    level: int = 0
    names: tuple[str, ...] = ()


def imports(text: str) -> Iterator[Import]:
    """Every import of a text, wherever it stands."""
    text = text if text.isascii() else normalize("NFKC", text)
    at = text.find(_KEYWORD)
    while at >= 0:
        end = at + len(_KEYWORD)
        if not _is_word(text[at - 1 : at]) and not _is_word(text[end : end + 1]):
            yield from _statement(text, at, end)
        at = text.find(_KEYWORD, end)


def _statement(text: str, at: int, end: int) -> Iterator[Import]:
    head = _FROM.match(text, max(0, at - _REACH), at)
    tail = _LIST.match(text, end)
    listed = (tail[1] or tail[2] or "") if tail is not None else ""
    if head is not None:
        origin = _BLANK.sub("", head[1])
        name = origin.lstrip(".")
        yield Import(name, len(origin) - len(name), tuple(dict.fromkeys(_WORD.findall(listed))))
    if head is None or "\n" in head[1] or "\r" in head[1]:
        for each in _BLANK.sub(" ", listed).split(","):
            found = _DOTTED.match(each.strip())
            if found is not None:
                yield Import(found[0])


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def begins_something(text: str, declared: Iterable[str] = ()) -> bool:
    """Whether a session or a mapped class may begin in a file: it names a library that has them, it uses as a session
    what is only named like one, or it names one of the functions that users `declared`."""
    if _ORIGIN.search(text) is not None or any(name in text for name in declared):
        return True
    return _NAMED.search(text) is not None and _USED.search(text) is not None
