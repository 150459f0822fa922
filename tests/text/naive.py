"""Positions and edits computed the long way, on the whole text, one character after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from sessile.text import Encoding, Position, Range

ODD = "\n\r\f\v\x1c\x85\u2028\u2029\ufeff\0é€\U0001f600\ud83d\ude00\\'\"# ab"
texts = st.one_of(
    st.text(alphabet=ODD, max_size=40),
    st.lists(st.sampled_from(["\n", "\r", "\r\n", "x", "é", "\U0001f600", "\ud800", "\u2028", "\f"]), max_size=25).map(
        "".join
    ),
)
encodings: st.SearchStrategy[Encoding] = st.sampled_from(["utf-8", "utf-16", "utf-32"])


def width(character: str, encoding: Encoding) -> int:
    """The units of a character."""
    if encoding == "utf-32":
        return 1
    data = character.encode("utf-8" if encoding == "utf-8" else "utf-16-le", "surrogatepass")
    return len(data) if encoding == "utf-8" else len(data) // 2


def lines(text: str) -> list[tuple[str, str]]:
    """Each line and its ending."""
    found, line, index = [], "", 0
    while index < len(text):
        ending = "\r\n" if text.startswith("\r\n", index) else text[index] if text[index] in "\r\n" else ""
        if ending:
            found.append((line, ending))
            line = ""
        else:
            line += text[index]
        index += len(ending) or 1
    return [*found, (line, "")]


def offset(text: str, position: Position, encoding: Encoding = "utf-8") -> int:
    """The code points before a position, clamped."""
    if position.line < 1:
        return 0
    before = 0
    for number, (line, ending) in enumerate(lines(text), 1):
        if number == position.line:
            left = position.column
            for index, character in enumerate(line):
                left -= width(character, encoding)
                if left < 0:
                    return before + index
            return before + len(line)
        before += len(line) + len(ending)
    return len(text)


def changed(text: str, edits: list[tuple[Range | None, str]], encoding: Encoding = "utf-8") -> str:
    """The text after the edits, one after the other."""
    for place, new in edits:
        if place is None:
            text = new
        else:
            start, end = offset(text, place.start, encoding), offset(text, place.end, encoding)
            text = text[:start] + new + text[max(start, end) :]
    return text
