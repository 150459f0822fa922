"""Every page of a rule has the fixed form, its bad example fails as it says, and its good example does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from literate import HERE, Case
from pages import FOLDER, HEADINGS, Page, load, printed, raised
from world import Outcome, World

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted(FOLDER.glob("*.md"))
NOT_RUN_PAGES: set[str] = set()
ERROR_CODES = {"bhk3", "xd2s", "7s2a", "isce"}


@pytest.fixture(params=PAGES, ids=lambda path: path.stem)
def page(request: pytest.FixtureRequest) -> Page:
    path: Path = request.param
    return load(path)


def _run(page: Page, section: str) -> tuple[Outcome, list[str]]:
    case = Case(page.path.stem, section, page.path, 0, ())
    with World(case) as world:
        outcome, output = world.script(page.program(section).text)
    return outcome, output.splitlines()


def test_page_has_the_fixed_form(page: Page) -> None:
    assert re.fullmatch(rf"# [a-z]+(-[a-z]+)* \({page.path.stem}\)", page.title)
    assert tuple(page.sections) == HEADINGS
    assert all(text.strip() for text in page.sections.values())
    assert re.fullmatch(r"[^.]+\.", re.sub(r"`[^`]*`", "`code`", page.summary)), "the summary is one sentence"


def test_title_is_that_of_the_cases(page: Page) -> None:
    cases = HERE / f"{page.path.stem}.md"
    name = page.title[2:].split()[0]
    assert not cases.exists() or cases.read_text("utf-8").startswith(f"# {page.path.stem} {name}\n")


def test_links_lead_to_documentation(page: Page) -> None:
    text = page.path.read_text("utf-8")
    assert set(re.findall(r"sqlalche\.me/e/\d+/(\w+)", text)) <= ERROR_CODES
    assert re.search(r"^- \[.+\]\(https://.+\)$", page.sections["References"], re.MULTILINE)


def test_page_that_is_not_run_is_listed(page: Page) -> None:
    assert page.runs == (page.path.stem not in NOT_RUN_PAGES)


def test_example_fails_as_it_says(page: Page) -> None:
    program = page.program("Example")
    assert [mark.code for mark in program.marks()].count(page.path.stem) == 1
    outcome, output = _run(page, "Example")
    expected = raised(program)
    assert output == printed(program)
    if expected is None:
        assert outcome.names == (), outcome.detail
        assert output or not page.runs, "neither an exception nor a result shows what is wrong"
        return
    line, name = expected
    assert name in outcome.names, outcome.detail
    assert line in {frame.line for frame in outcome.frames}


def test_use_instead_works(page: Page) -> None:
    program = page.program("Use instead")
    assert program.marks() == []
    outcome, output = _run(page, "Use instead")
    assert outcome.names == (), outcome.detail
    assert output == printed(program)
