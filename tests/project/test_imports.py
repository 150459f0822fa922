"""What a file imports is read off its text; whatever is imported is among it, however it is written."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessile.project.imports import Import, begins_something, imports


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import a", [Import("a")]),
        ("import a.b.c as d, e", [Import("a.b.c"), Import("e")]),
        ("import a, \\\n    b", [Import("a"), Import("b")]),
        ("import a\nimport b;import c\n", [Import("a"), Import("b"), Import("c")]),
        ("from a.b import c", [Import("a.b", 0, ("c",))]),
        ("from a import c; x = 1", [Import("a", 0, ("c",))]),
        ("from .import c", [Import("", 1, ("c",))]),
        ("from ... a . b import (c)", [Import("a.b", 3, ("c",))]),
        ("from a import (\n    b,  # )(\n    c,\n)\n", [Import("a", 0, ("b", "c"))]),
        ("from a \\\n  import \\\n  (\n b\n)", [Import("a", 0, ("b",))]),
        ("from a import *", [Import("a", 0, ("*",))]),
        ("if x: import a", [Import("a")]),
        ("def f():\r    from a import b\r    import c\r", [Import("a", 0, ("b",)), Import("c")]),
        ("from ａ import ﬁ", [Import("a", 0, ("fi",))]),
        ("importlib = reimport = 1", []),
    ],
)
def test_forms(text: str, expected: list[Import]) -> None:
    found = list(imports(text))
    assert [each for each in found if each in expected] == expected


NAME = st.sampled_from(["a", "b", "import_", "fromage", "x1", "_y"])
GAP = st.sampled_from([" ", "  ", "\t", " \\\n "])
DOTTED = st.lists(NAME, min_size=1, max_size=3).map(".".join)


@st.composite
def statements(draw: st.DrawFn) -> str:
    gap, names = draw(GAP), draw(st.lists(NAME, min_size=1, max_size=3))
    if draw(st.booleans()):
        return f"import{gap}{', '.join(draw(st.lists(DOTTED, min_size=1, max_size=3)))}"
    origin = draw(st.sampled_from(["", ".", "..", ". "])) + draw(DOTTED)
    listed = draw(
        st.sampled_from([", ".join(names), f"({', '.join(names)})", "(\n  " + ",  # x)\n  ".join(names) + "\n)"])
    )
    return f"from{gap}{origin}{gap}import{gap}{listed}"


@st.composite
def programs(draw: st.DrawFn) -> str:
    lines = st.one_of(
        statements(), st.sampled_from(["x = 1", "yield_from = 'import'", "'''\nfrom\n'''", "# import z", ""])
    )
    return "\n".join(draw(st.lists(lines, max_size=6))) + "\n"


@given(programs())
def test_no_import_is_missed(text: str) -> None:
    found = list(imports(text))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            assert {Import(each.name) for each in node.names} <= set(found)
        elif isinstance(node, ast.ImportFrom):
            names = {each.name for each in node.names}
            same = [each for each in found if (each.origin, each.level) == (node.module or "", node.level)]
            assert any(names <= set(each.names) for each in same)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from sqlmodel import Field", True),
        ("from flask_sqlalchemy import SQLAlchemy", True),
        ("def f(db):\n    db.query(1)", True),
        ("def f(session):\n    return session['user']", False),
        ("with provide() as session:\n    pass", True),
        ("from lib import save", True),
        ("print('hello')", False),
    ],
)
def test_where_something_begins(text: str, expected: bool) -> None:
    assert begins_something(text, ("save",)) is expected
