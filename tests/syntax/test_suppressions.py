"""Which comments hide which findings."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessile.syntax import parse, suppressions
from sessile.text import Document, Range


def found(text: str) -> suppressions.Suppressions:
    return suppressions.find(parse(Document("/a.py", textwrap.dedent(text))))


def hidden(text: str, code: str = "SCOPE001") -> list[int]:
    """The lines, from 1, whose statements are covered."""
    text = textwrap.dedent(text)
    held = found(text)
    return [line for line in range(1, text.count("\n") + 1) if held.covers(code, Range.at(line, 0, line, 1))]


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("# sessile: ignore", None),
        ("#sessile:ignore", None),
        ("# Sessile: Ignore", None),
        ("# sessile: ignore -- because", None),
        ("# sessile: ignore[SCOPE001]", ["SCOPE001"]),
        ("# sessile: ignore[SCOPE001, ROW002]", ["SCOPE001", "ROW002"]),
        ("# sessile: ignore [ scope001,ROW002 ] because", ["scope001", "ROW002"]),
        ("# type: ignore  # sessile: ignore[ROW002]", ["ROW002"]),
        ("# sessile: ignore[]", []),
        ("# noqa", None),
        ("# NOQA", None),
        ("#noqa : because", None),
        ("# noqa: SCOPE001", ["SCOPE001"]),
        ("# noqa:E501,SCOPE001 ROW002 because", ["E501", "SCOPE001", "ROW002"]),
        ("# see above  # noqa: F401", ["F401"]),
    ],
)
def test_directives(comment: str, codes: list[str] | None) -> None:
    (suppression,) = found(f"x = 1  {comment}\n")
    assert (suppression.codes if codes is None else [code.text for code in suppression.codes or ()]) == codes
    assert suppression.hides("SCOPE001") == (codes is None or "SCOPE001" in map(str.upper, codes))
    assert suppression.range.start.column == 7 + max(comment.rfind("#"), 0)


@pytest.mark.parametrize(
    "text",
    [
        "x = 1  # sessile: ignored",
        "x = 1  # sessile: ignore-files",
        "x = 1  # noqa-not",
        "x = 1  # noqax",
        "x = 1  # the noqa comment",
        "x = '# noqa'",
        "x = '''\n# sessile: ignore\n'''",
        'x = f"{y}# noqa"',
        "x = 1",
    ],
)
def test_no_directives(text: str) -> None:
    assert not list(found(text))
    assert hidden(text + "\n") == []


def test_a_directive_without_its_bracket_hides_nothing_yet_and_can_be_completed() -> None:
    (suppression,) = found("x = 1  # sessile: ignore[SCOPE001, RO\n")
    assert not suppression.complete
    assert [code.text for code in suppression.codes or ()] == ["SCOPE001", "RO"]
    assert hidden("x = 1  # sessile: ignore[SCOPE001\n") == []


def test_codes_have_places() -> None:
    (suppression,) = found("\n\ndef f():\n    x = 'é'  # sessile: ignore[ROW001, SCOPE001]\n")
    assert suppression.range == Range.at(4, 14, 4, 49)
    assert [code.range for code in suppression.codes or ()] == [Range.at(4, 32, 4, 38), Range.at(4, 40, 4, 48)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb  # noqa\nc\n", [2]),
        ("x = foo(\n    1,  # noqa\n    2,\n)\ny\n", [1, 2, 3, 4]),
        ("x = foo(\n    1,\n)  # noqa\ny\n", [1, 2, 3]),
        ("x = '''\na\n'''  # noqa\ny\n", [1, 2, 3]),
        ("x = 1 + \\\n    2  # noqa\ny\n", [1, 2]),
        ("with a() as b:  # noqa\n    c\n    d\n", [1]),
        ("with (\n    a() as b,  # noqa\n):\n    c\n", [1, 2, 3]),
        ("with a() as b:\n    c\n    d  # noqa\n", [3]),
        ("@d  # noqa\n@e\ndef f(\n    x,\n):\n    return x\n", [1, 2, 3, 4, 5]),
        ("@d\nclass A:  # noqa\n    x = 1\n", [1, 2]),
        ("if a:\n    b\nelse:  # noqa\n    c\n", [3]),
        ("if a: b  # noqa\n", [1]),
        ("a; b  # noqa\n", [1]),
        ("# noqa\na\n", [1]),
        ("x = (\n  1  # noqa\ny = 2\n", [1, 2]),
        ("x = 1  # sessile: ignore[ROW001]\ny = 2  # sessile: ignore[SCOPE001]\n", [2]),
        ("a\n\n\n# sessile: ignore-file\n", [1, 2, 3, 4]),
        ("# sessile: ignore-file[ROW001]\na\n", []),
        ("# sessile: ignore-file[SCOPE001]\na\n", [1, 2]),
        ("a\r\nb  # noqa\r\nc\r\n", [2]),
    ],
)
def test_a_suppression_counts_on_any_line_of_its_statement(text: str, lines: list[int]) -> None:
    assert hidden(text) == lines


def test_which_suppression_hides_is_told() -> None:
    held = found("# sessile: ignore-file[ROW001]\nx = 1  # sessile: ignore[SCOPE001]\n")
    place = Range.at(2, 0, 2, 5)
    by_statement, by_file = held.covering("SCOPE001", place), held.covering("ROW001", place)
    assert by_statement
    assert by_file
    assert (by_statement.kind, by_file.kind) == ("ignore", "ignore-file")
    assert held.covering("LOAD001", place) is None


def test_suppressions_follow_their_block() -> None:
    before = parse(Document("/a.py", "import a\nx = 1  # noqa\n"))
    assert suppressions.find(before).covers("A1", Range.at(2, 0, 2, 1))
    after = parse(before.document.changed([(Range.at(1, 0, 1, 0), "\n\n")], 2), before)
    assert [item.range.start.line for item in suppressions.find(after)] == [4]
    assert suppressions.find(after).covers("A1", Range.at(4, 0, 4, 1))


@given(
    st.lists(
        st.sampled_from(["# noqa", "# sessile: ignore[", "A1", "]", ",", "\n", "'", '"""', "(", ")", " ", "x"])
    ).map("".join)
)
def test_any_text_has_an_answer(text: str) -> None:
    held = suppressions.find(parse(Document("/a.py", text)))
    for item in held:
        assert item.range.start < item.range.end
        assert item.range.start.line == item.range.end.line
    assert held.covers("A1", Range.at(1, 0, 1, 0)) in (True, False)
