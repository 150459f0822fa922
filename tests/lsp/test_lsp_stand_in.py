"""While somebody types: what stands in for a broken block, and where what is found in it is told."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessile.lsp.stand_in import StandIn, stand_in
from sessile.rules.finding import Applicability, FileEdit, Finding, Fix, Location, Related, Report, Severity
from sessile.text import Document, Edit, Position, Range

PATH = "/w/a.py"
GOOD = "import x\n\n\ndef first():\n    a = 1\n    return a\n\n\ndef second():\n    return 2\n"
BROKEN = GOOD.replace("a = 1\n", "a = 1\n    a.\n")


def typed(*texts: str) -> StandIn:
    view = None
    for version, text in enumerate(texts):
        view = stand_in(Document(PATH, text, version), view)
    assert view is not None
    return view


def finding(line: int, code: str = "C", end: int | None = None) -> Finding:
    place = Range.at(line, 0, end or line, 3)
    step = Related(Location(PATH, Range.at(5, 0, 5, 1)), "step")
    return Finding(code, "n", Severity.ERROR, "m", Location(PATH, place), place, f"{code}{line}", (step,))


def test_what_parses_is_analysed_as_it_is() -> None:
    view = typed(GOOD, GOOD + "y = 1\n")
    assert view.document.text == GOOD + "y = 1\n"
    assert view.lines is None


def test_the_last_good_text_stands_in() -> None:
    view = typed(GOOD, BROKEN)
    assert view.document.text == GOOD
    report = view.told(Report(PATH, (finding(5), finding(6), finding(10))), [])
    assert [each.location.range.start.line for each in report.findings] == [5, 7, 11]
    assert [step.location.range.start.line for each in report.findings for step in each.related] == [5, 5, 5]


def test_it_stands_in_until_the_block_parses_again() -> None:
    still = BROKEN.replace("a.\n", "a.b(\n")
    assert typed(GOOD, BROKEN, still).document.text == GOOD
    assert typed(GOOD, BROKEN, still, BROKEN.replace("a.\n", "a.b()\n")).lines is None


def test_other_blocks_are_analysed_as_they_are_typed() -> None:
    later = BROKEN.replace("return 2", "return 3")
    assert typed(GOOD, BROKEN, later).document.text == GOOD.replace("return 2", "return 3")
    assert typed(GOOD, BROKEN, "import y\n" + later).document.text == "import y\n" + GOOD.replace(
        "return 2", "return 3"
    )


def test_what_is_on_the_line_that_is_typed_is_not_told() -> None:
    view = typed(GOOD, GOOD.replace("a = 1", "a = ("))
    report = view.told(Report(PATH, (finding(5), finding(4, end=5), finding(6))), [finding(5, "SYNTAX")])
    assert [(each.code, each.location.range.start.line) for each in report.findings] == [("SYNTAX", 5), ("C", 6)]
    assert [step for each in report.findings if each.code == "C" for step in each.related] == []


def test_a_string_that_swallows_the_rest_takes_nothing_away() -> None:
    view = typed(GOOD, GOOD.replace("    a = 1\n", '    a = 1\n    b = """\n'))
    assert view.document.text.split() == GOOD.split()
    last = view.document.text.splitlines().index("    return 2") + 1
    report = view.told(Report(PATH, (finding(5), finding(last))), [])
    assert [each.location.range.start.line for each in report.findings] == [5, 11]


def test_what_was_never_good_is_analysed_as_far_as_it_goes() -> None:
    assert typed(BROKEN).document.text == BROKEN
    appended = GOOD + "\n\ndef third(:\n"
    assert typed(GOOD, appended).document.text == appended


def test_positions_go_both_ways() -> None:
    view = typed(GOOD, BROKEN)
    assert view.asked(Position(11, 4)) == Position(10, 4)
    assert view.asked(Position(6, 4)) is None
    assert view.told_range(Range.at(10, 4, 10, 6)) == Range.at(11, 4, 11, 6)


def test_a_fix_is_moved_or_not_made() -> None:
    view = typed(GOOD, BROKEN)
    edits = (Edit(Range.at(1, 0, 1, 0), "import z\n"), Edit(Range.at(10, 11, 10, 12), "3"))
    other = FileEdit("/w/b.py", (Edit(Range.at(6, 0, 6, 0), ""),))
    fix = view.told_fix(Fix("t", Applicability.SAFE, (FileEdit(PATH, edits), other)))
    assert fix is not None
    assert [each.range.start.line for each in fix.files[0].edits] == [1, 11]
    assert fix.files[1] is other
    gone = typed(GOOD, GOOD.replace("a = 1", "a = ("))
    assert gone.told_fix(Fix("t", Applicability.SAFE, (FileEdit(PATH, (Edit(Range.at(5, 0, 5, 1), ""),)),))) is None


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@given(seed=st.integers(0, 10**6))
def test_every_line_that_is_told_is_the_same_line(ending: str, seed: int) -> None:
    chance = random.Random(seed)
    text = (GOOD + "\n\nclass Last:\n    x = 1").replace("\n", ending)
    view = stand_in(Document(PATH, text, 0), None)
    for version in range(1, 8):
        at = chance.randrange(len(text) + 1)
        until = min(len(text), at + chance.choice([0, 0, 0, 1, 5, 30]))
        text = text[:at] + chance.choice(["", "(", '"""', ")", ".", "x", ending, "def f(:" + ending]) + text[until:]
        view = stand_in(Document(PATH, text, version), view)
        assert view.typed.document.text == text
        if view.lines is None:
            assert view.document.text == text
            continue
        shown, real = view.document.lines, view.typed.document.lines
        assert len(view.lines) >= shown.count
        told = [(number, line) for number, line in enumerate(view.lines, 1) if line and number <= shown.count]
        assert [shown.line(number) for number, _ in told] == [real.line(line) for _, line in told]
        assert [line for _, line in told] == sorted({line for _, line in told}), "in order, none twice"
