"""The suppressions around the cursor, for hover, completion and the actions that change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.text import Range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.syntax.suppressions import Code, Suppression
    from sessile.text import Document, Position


def on_lines(document: Document, first: int, last: int) -> Iterator[Suppression]:
    """The suppressions on some lines (from 1, both included), in order."""
    text = "\n".join(document.lines.line(each) for each in range(first, last + 1)).lower()
    if "sessile" not in text and "noqa" not in text:
        return
    from sessile.syntax import parse
    from sessile.syntax.suppressions import find

    for each in find(parse(document)):
        if first <= each.range.start.line <= last:
            yield each


def ours_on(document: Document, line: int) -> list[Suppression]:
    """Our own complete suppressions with codes on a line; `# noqa` belongs to others and is never written."""
    return [each for each in on_lines(document, line, line) if each.kind != "noqa" and each.complete and each.codes]


def code_at(document: Document, position: Position) -> Code | None:
    """The code in a suppression that the cursor rests on."""
    for each in on_lines(document, position.line, position.line):
        for code in each.codes or ():
            if code.range.start <= position <= code.range.end:
                return code
    return None


def prefix_at(document: Document, position: Position) -> Range | None:
    """What is typed, perhaps nothing, of a code up to the cursor; None where no code of ours can stand."""
    for each in on_lines(document, position.line, position.line):
        if each.kind == "noqa" or each.codes is None:
            continue
        text = document.lines.line(position.line)
        before = text[: document.lines.offset(position) - document.lines.start(position.line)]
        inside = before.rfind("[") > before.rfind("]") and each.range.start <= position <= each.range.end
        typed = [code for code in each.codes if code.range.start <= position <= code.range.end]
        if inside or typed:
            return Range(typed[0].range.start if typed else position, position)
    return None
