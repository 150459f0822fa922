"""The format for people: the frame, the underline under every kind of character, the story, the way out."""

from __future__ import annotations

import pytest
from written import SOURCE, context, finding, fixable, written

from sessile.output.full import render
from sessile.output.styled import coloured, plain
from sessile.rules.finding import Applicability

WHOLE = """\
error[SCOPE001]: `name` is read after its session ended. It raises DetachedInstanceError. Read it inside.
 --> app.py:8:12
  |
6 |         session.commit()
7 |
8 |     return user.name
  |            ^^^^^^^^^
  |
note 1: `Session() as session` here
 --> app.py:4:10
  |
4 |     with Session() as session:
  |          --------------------
  |
note 2: `session.commit()` here
 --> app.py:6:9
  |
6 |         session.commit()
  |         ----------------
  |

"""


def check(text: str, needle: str, *expected: str) -> None:
    """The line of `needle` and the underline below it."""
    lines = written("full", finding(text, needle), text=text).split("\n")
    at = next(number for number, line in enumerate(lines) if line.rstrip().endswith("^"))
    assert tuple(lines[at - 1 : at + 1]) == expected


def test_the_frame_and_the_story_in_order() -> None:
    assert written("full", finding(steps=("Session() as session", "session.commit()"))) == WHOLE


def test_gutters_are_as_wide_as_the_widest_number() -> None:
    text = "\n" * 98 + SOURCE
    lines = written("full", finding(text, steps=("Session() as session",)), text=text).split("\n")
    assert lines[1] == "   --> app.py:106:12"
    assert "102 |     with Session() as session:" in lines


@pytest.mark.parametrize(
    ("applicability", "line"),
    [
        (Applicability.SAFE, "help: Read it inside the block (--fix)"),
        (Applicability.UNSAFE, "help: Read it inside the block (--fix --unsafe-fixes)"),
    ],
)
def test_the_way_out(applicability: Applicability, line: str) -> None:
    assert written("full", fixable(applicability)).split("\n")[-3] == line


def test_wide_and_combining_characters() -> None:
    check("s = '名前'; x.y\n", "x.y", "1 | s = '名前'; x.y", "  |             ^^^")
    check("é = 'e\u0301'; 名.前\n", "名.前", "1 | é = 'e\u0301'; 名.前", "  |          ^^^^^")
    check("a = '😀'; x\n", "x", "1 | a = '😀'; x", "  |           ^")


def test_tabs_are_spaces() -> None:
    check("if a:\n\tx =\ty\n", "y", "2 |     x = y", "  |         ^")


def test_what_acts_on_a_terminal_is_shown_as_a_symbol() -> None:
    check("a = '\x1b[31m'; x\n", "x", "1 | a = '␛[31m'; x", "  |              ^")
    check("\fa = '\u202e'; x\n", "x", "1 | ␌a = '\ufffd'; x", "  |           ^")


def test_a_long_line_is_cut_around_the_place() -> None:
    text = "a = [" + "1, " * 200 + "x.y" + ", 2" * 200 + "]\n"
    line, underline = written("full", finding(text, "x.y"), text=text).split("\n")[3:5]
    assert len(line) < 180
    assert line[underline.index("^") :].startswith("x.y, 2")
    assert underline.count("^") == 3


def test_a_place_of_many_lines_is_underlined_on_its_first() -> None:
    check("x = [\n  1,\n]  \n", "[\n  1,\n]", "1 | x = [", "  |     ^")


def test_a_text_that_is_not_to_be_had_has_no_frame() -> None:
    found = finding(path="/other/gone.py")
    assert written("full", found).split("\n")[1:] == [" --> /other/gone.py:8:12", "", ""]


def test_a_name_cannot_forge_a_line() -> None:
    path = "/project/a\nerror: b.py"
    assert written("full", finding(path=path), path=path).split("\n")[1] == " --> a␊error: b.py:8:12"


def test_colours_change_nothing_but_colours() -> None:
    found = [finding(steps=("session.commit()",))]
    text = coloured(render(found, context()))
    assert "\x1b[1;31merror[\x1b[0m" in text
    assert "https://example.org/SCOPE001" in text
    import re

    stripped = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", text)
    assert stripped == plain(render(found, context()))
