"""Writes suppressions and takes them back, as the smallest edit of the text.

A comment is put only where one can stand: the result is read again, and a place where it would not count (inside a
string, behind a backslash) is passed over for another line of the same statement.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessile.lsp.suppression_comments import on_lines, ours_on
from sessile.rules.finding import FileEdit
from sessile.text import Edit, Position, Range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.finding import Finding
    from sessile.syntax.suppressions import Suppression
    from sessile.text import Document

_PROLOGUE = re.compile(r"\ufeff?#!|[ \t\f]*#.*?coding[:=]")


def ignore_line(document: Document, finding: Finding) -> FileEdit | None:
    """Suppress one finding where it stands; None if no line of its statement takes a comment."""
    for edit in _candidates(document, finding):
        if _counts(document, edit, finding):
            return FileEdit(document.path, (edit,))
    return None


def ignore_file(document: Document, code: str) -> FileEdit:
    """Suppress a rule in a whole file: in the comment that does so for others already, else in a new one at the top."""
    lines = document.lines
    for each in on_lines(document, 1, lines.count):
        if each.kind == "ignore-file" and each.complete and each.codes:
            return FileEdit(document.path, (_extended(each, code),))
    number = next(each for each in (1, 2, 3) if each == 3 or not _PROLOGUE.match(lines.line(each)))
    column = 3 if number == 1 and document.text.startswith("\ufeff") else 0
    ending = "\r\n" if "\r\n" in document.text else "\n"
    return FileEdit(document.path, (_insertion(Position(number, column), f"# sessile: ignore-file[{code}]{ending}"),))


def enable(document: Document, line: int, code: str) -> FileEdit | None:
    """Take one code out of the suppression on a line, the last one with the comment; None if it is not there."""
    for each in ours_on(document, line):
        codes = each.codes or ()
        left = [one.text for one in codes if one.text.upper() != code.upper()]
        if len(left) == len(codes):
            continue
        if left:
            place = Range(codes[0].range.start, codes[-1].range.end)
            return FileEdit(document.path, (Edit(place, ", ".join(left)),))
        return FileEdit(document.path, (_removal(document, each),))
    return None


def _candidates(document: Document, finding: Finding) -> Iterator[Edit]:
    """Where the suppression could be written: in one that the statement has, else where the finding is, else near."""
    first, last = finding.statement.start.line, finding.statement.end.line
    for each in on_lines(document, first, last):
        if each.kind == "ignore" and each.complete and each.codes:
            yield _extended(each, finding.code)
    place = finding.location.range
    for line in dict.fromkeys((place.start.line, place.end.line, last, *range(first, last + 1))):
        text = document.lines.line(line)
        bare = text.rstrip()
        if not bare.endswith("\\"):
            yield Edit(Range(_end(line, bare), _end(line, text)), f"  # sessile: ignore[{finding.code}]")


def _counts(document: Document, edit: Edit, finding: Finding) -> bool:
    """Whether the finding is suppressed once this is written."""
    from sessile.syntax import parse
    from sessile.syntax.suppressions import find

    after = document.changed([(edit.range, edit.text)], None)
    return find(parse(after)).covers(finding.code, finding.statement)


def _extended(suppression: Suppression, code: str) -> Edit:
    """One more code in the list of a suppression that has some."""
    codes = suppression.codes or ()
    return _insertion(codes[-1].range.end, f", {code}")


def _removal(document: Document, suppression: Suppression) -> Edit:
    """Take a suppression away, with the blanks before it and with its line if nothing else is there; a reason that
    stands behind it stays a comment."""
    place = suppression.range
    line = place.start.line
    text = document.lines.line(line)
    start, end = (document.lines.offset(each) - document.lines.start(line) for each in (place.start, place.end))
    before, after = text[:start].rstrip(), text[end:].strip()
    if after.startswith("#"):
        return Edit(Range(place.start, _end(line, text[: text.index("#", end)])), "")
    if after:
        return Edit(place, "#")
    if not before and line < document.lines.count:
        return Edit(Range(Position(line, 0), Position(line + 1, 0)), "")
    return Edit(Range(_end(line, before), _end(line, text)), "")


def _end(line: int, text: str) -> Position:
    """The position behind this text at the start of a line."""
    return Position(line, len(text.encode("utf-8", "surrogatepass")))


def _insertion(where: Position, text: str) -> Edit:
    return Edit(Range(where, where), text)
