"""The formats that are one finding to a line, and the totals."""

from __future__ import annotations

from dataclasses import replace

from written import context, finding, fixable, written

from sessile.output.styled import plain
from sessile.output.totals import statistics, summary
from sessile.rules.finding import Applicability, Severity

MESSAGE = "`name` is read after its session ended. It raises DetachedInstanceError. Read it inside."


def test_concise() -> None:
    assert written("concise", finding()) == f"app.py:8:12: error[SCOPE001] {MESSAGE}\n"


def test_concise_counts_code_points() -> None:
    text = "s = '名前😀'; x.y\n"
    assert written("concise", finding(text, "x.y"), text=text).startswith("app.py:1:12: ")


def test_concise_marks_what_would_be_repaired() -> None:
    unsafe = fixable(Applicability.UNSAFE)
    assert written("concise", fixable()) == f"app.py:8:12: error[SCOPE001] [*] {MESSAGE}\n"
    assert written("concise", unsafe) == f"app.py:8:12: error[SCOPE001] {MESSAGE}\n"
    assert written("concise", unsafe, unsafe=True) == f"app.py:8:12: error[SCOPE001] [*] {MESSAGE}\n"


def test_a_message_is_one_line() -> None:
    assert written("concise", replace(finding(), message="a\nb\r")) == "app.py:8:12: error[SCOPE001] a␊b␍\n"


def test_summary() -> None:
    hint = replace(finding(), severity=Severity.HINT)
    assert summary([]) == "All checks passed.\n"
    assert summary([finding()]) == "Found 1 finding: 1 error.\n"
    assert summary([finding(), hint, hint]) == "Found 3 findings: 1 error, 2 hints.\n"
    assert summary([fixable()]) == "Found 1 finding: 1 error.\n1 fixable with --fix.\n"
    assert summary([fixable(), fixable(Applicability.UNSAFE)]).endswith(
        "1 fixable with --fix, 1 more with --fix --unsafe-fixes.\n"
    )
    assert summary([fixable(Applicability.UNSAFE)]).endswith("1 fixable with --fix --unsafe-fixes.\n")


def test_statistics() -> None:
    other = replace(finding(), code="ROW001", name="row-used-as-entity")
    assert plain(statistics([finding(), other, fixable()], context())) == (
        "2  SCOPE001   [*] attribute-outside-session\n1  ROW001         row-used-as-entity\n"
    )
