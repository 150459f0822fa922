"""Suppressions are written where they count and nowhere else, and taken back without leaving anything behind."""

from __future__ import annotations

import ast

import pytest

from sessile.lsp.actions.suppress import enable, ignore_file, ignore_line
from sessile.rules.finding import FileEdit, Finding, Location, Severity
from sessile.syntax import parse
from sessile.syntax.suppressions import find
from sessile.text import Document, Range, apply_edits

PATH = "/w/a.py"


def finding(text: str, mark: str = "X", code: str = "SCOPE001") -> Finding:
    """A finding at the first name `mark`, whose statement is the innermost one around it."""
    document = Document(PATH, text)
    start, end = (document.lines.position(text.index(mark) + at) for at in (0, len(mark)))
    place = Range(start, end)
    around = [
        Range.at(node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)
        for node in ast.walk(ast.parse(text.lstrip("\ufeff")))
        if isinstance(node, ast.stmt) and node.lineno <= start.line <= (node.end_lineno or 0)
    ]
    return Finding(code, "name", Severity.ERROR, "m", Location(PATH, place), max(around, key=lambda r: r.start), "f")


def applied(text: str, edit: FileEdit | None) -> str:
    assert edit is not None
    return apply_edits(text, edit.edits)


def hidden(text: str, mark: str = "X", code: str = "SCOPE001") -> bool:
    found = finding(text, mark, code)
    return find(parse(Document(PATH, text))).covers(code, found.statement)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("X = 1", "X = 1  # sessile: ignore[SCOPE001]"),
        ("X = 1\n", "X = 1  # sessile: ignore[SCOPE001]\n"),
        ("X = 1\r\ny = 2\r\n", "X = 1  # sessile: ignore[SCOPE001]\r\ny = 2\r\n"),
        ("é = X\n", "é = X  # sessile: ignore[SCOPE001]\n"),
        ("X = 1   \n", "X = 1  # sessile: ignore[SCOPE001]\n"),
        ("X = 1  # a reason\n", "X = 1  # a reason  # sessile: ignore[SCOPE001]\n"),
        ("X = 1  # type: ignore[x]\n", "X = 1  # type: ignore[x]  # sessile: ignore[SCOPE001]\n"),
        ("X = 1  # noqa: E501\n", "X = 1  # noqa: E501  # sessile: ignore[SCOPE001]\n"),
        ("X = 1  # sessile: ignore[ROW001]\n", "X = 1  # sessile: ignore[ROW001, SCOPE001]\n"),
        ("X = 1  # sessile: ignore[ROW001,]\n", "X = 1  # sessile: ignore[ROW001, SCOPE001,]\n"),
        ("X = 1  # sessile: ignore[ROW001] why\n", "X = 1  # sessile: ignore[ROW001, SCOPE001] why\n"),
        ("f(X,\n  2)  # sessile: ignore[ROW001]\n", "f(X,\n  2)  # sessile: ignore[ROW001, SCOPE001]\n"),
        ("f(X,\n  2)\n", "f(X,  # sessile: ignore[SCOPE001]\n  2)\n"),
        ("f(X + \\\n  2)\n", "f(X + \\\n  2)  # sessile: ignore[SCOPE001]\n"),
        ('f(X, """\n# x\n""")\n', 'f(X, """\n# x\n""")  # sessile: ignore[SCOPE001]\n'),
        ("with X as s:\n    pass\n", "with X as s:  # sessile: ignore[SCOPE001]\n    pass\n"),
        ("def f():\n    return X\n", "def f():\n    return X  # sessile: ignore[SCOPE001]\n"),
        ("X = '# sessile: ignore[ROW001]'\n", "X = '# sessile: ignore[ROW001]'  # sessile: ignore[SCOPE001]\n"),
        ("\ufeffX = 1\n", "\ufeffX = 1  # sessile: ignore[SCOPE001]\n"),
    ],
)
def test_ignore_for_this_line(before: str, after: str) -> None:
    assert not hidden(before)
    result = applied(before, ignore_line(Document(PATH, before), finding(before)))
    assert result == after
    assert hidden(result)
    same = ast.dump(ast.parse(before.lstrip("\ufeff"))) == ast.dump(ast.parse(result.lstrip("\ufeff")))
    assert same, "the code means something else now"


def test_a_second_code_joins_the_first() -> None:
    text = "X = 1\n"
    for code in ("SCOPE001", "ROW001", "GET001"):
        text = applied(text, ignore_line(Document(PATH, text), finding(text, code=code)))
    assert text == "X = 1  # sessile: ignore[SCOPE001, ROW001, GET001]\n"


def test_where_no_comment_can_stand_nothing_is_offered() -> None:
    text = 'f("""\n{}\n""" + X + \\\n  1 + \\\n  """\n""")'
    assert hidden(applied(text, ignore_line(Document(PATH, text), finding(text))))
    impossible = "X = 1 + \\\n"
    document = Document(PATH, impossible)
    statement = Finding(
        "SCOPE001", "n", Severity.ERROR, "m", Location(PATH, Range.at(1, 0, 1, 1)), Range.at(1, 0, 1, 9), "f"
    )
    assert ignore_line(document, statement) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("X\n", "# sessile: ignore-file[SCOPE001]\nX\n"),
        ("#!/usr/bin/env python\nX\n", "#!/usr/bin/env python\n# sessile: ignore-file[SCOPE001]\nX\n"),
        (
            "#!/usr/bin/python\n# -*- coding: utf-8 -*-\nX\n",
            "#!/usr/bin/python\n# -*- coding: utf-8 -*-\n# sessile: ignore-file[SCOPE001]\nX\n",
        ),
        ("# coding=utf-8\r\nX\r\n", "# coding=utf-8\r\n# sessile: ignore-file[SCOPE001]\r\nX\r\n"),
        ("\ufeffX\n", "\ufeff# sessile: ignore-file[SCOPE001]\nX\n"),
        ('"""Doc."""\nX\n', '# sessile: ignore-file[SCOPE001]\n"""Doc."""\nX\n'),
        ("# sessile: ignore-file[ROW001]\nX\n", "# sessile: ignore-file[ROW001, SCOPE001]\nX\n"),
        (
            "'# sessile: ignore-file[ROW001]'\nX\n",
            "# sessile: ignore-file[SCOPE001]\n'# sessile: ignore-file[ROW001]'\nX\n",
        ),
    ],
)
def test_ignore_in_this_file(before: str, after: str) -> None:
    result = applied(before, ignore_file(Document(PATH, before), "SCOPE001"))
    assert result == after
    assert hidden(result)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("X = 1  # sessile: ignore[SCOPE001]\n", "X = 1\n"),
        ("X = 1  # sessile: ignore[scope001]\n", "X = 1\n"),
        ("X = 1  # sessile: ignore[ROW001,SCOPE001 , GET001]\n", "X = 1  # sessile: ignore[ROW001, GET001]\n"),
        ("X = 1  # sessile: ignore[SCOPE001]  # a reason\n", "X = 1  # a reason\n"),
        ("X = 1  # sessile: ignore[SCOPE001] because\n", "X = 1  # because\n"),
        ("X = 1  # a reason # sessile: ignore[SCOPE001]\n", "X = 1  # a reason\n"),
        ("# sessile: ignore-file[SCOPE001]\nX = 1\n", "X = 1\n"),
        ("X = 1  # sessile: ignore[SCOPE001]", "X = 1"),
    ],
)
def test_taking_a_suppression_back(before: str, after: str) -> None:
    assert hidden(before)
    result = applied(before, enable(Document(PATH, before), 1, "SCOPE001"))
    assert result == after
    assert not hidden(result)


@pytest.mark.parametrize(
    "text",
    ["X = 1\n", "X  # sessile: ignore[ROW001]\n", "X  # noqa: SCOPE001\n", "X = '# sessile: ignore[SCOPE001]'\n"],
)
def test_there_is_nothing_of_ours_to_take_back(text: str) -> None:
    assert enable(Document(PATH, text), 1, "SCOPE001") is None
