"""What counts as shown: by usual runs, by runs in which the database fails, by writes that are not there at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .judging import Said
from .library import Library, environments, installed
from .program import Program
from .running import examine

if TYPE_CHECKING:
    from collections.abc import Iterator

RELEASE = "sa20"
WRITE = "write | {} | one module | {} | defaults | {} | straight | {}"
SUPPRESSED = WRITE.format("sync, classic", "provider that commits", "add", "suppressed commit")
OPEN = WRITE.format("async, classic", "never closed", "{}", "flush")
OF_NO_ROW = (
    "read | sync, classic | one module | try/finally | defaults | select | none | scalars.all | write SQL | get"
    " | straight | return | column"
)
OF_A_ROW_THAT_FAILS = (
    "read | sync, classic | one module | with Session | defaults | select | none | merged new | query again | get"
    " | except, rolled back | return | column"
)
FAILS_LATER = (
    "read | async, classic | one module | never closed | defaults | dynamic | none | row._mapping | delete"
    " | nothing more | match | comprehension | many-to-one"
)
REFUSED = WRITE.format("sync, classic", "never closed", "add, flushed", "raise before")

CAUGHT_INSIDE = (
    "write | sync, classic | one module | nested function | future=True | fails, caught | rolled back and raised"
    " | suppressed commit"
)

pytestmark = pytest.mark.skipif(RELEASE not in installed(), reason=environments.how_to_create(RELEASE))


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    own = Library(RELEASE)
    yield own
    own.close()


def line_of(program: Program, text: str) -> str:
    lines = program.files["main.py"].split("\n")
    return f"main.py:{next(number for number, line in enumerate(lines, 1) if text in line)}"


@pytest.mark.parametrize(("code", "false"), [("COMMIT003", False), ("SCOPE001", True)])
def test_a_database_that_fails_shows_what_a_handler_leads_to(library: Library, code: str, false: bool) -> None:
    program = Program.of(SUPPRESSED)
    said = Said(code, "error", line_of(program, "with open_session()"), "")
    assert (said in examine(program, library, [said]).false_errors) == false


def test_the_failure_that_was_made_shows_nothing(library: Library) -> None:
    program = Program.of(SUPPRESSED)
    said = Said("COMMIT003", "error", line_of(program, "session.add"), "")
    assert said in examine(program, library, [said]).false_errors


@pytest.mark.parametrize(("code", "false"), [("COMMIT003", False), ("SCOPE001", True)])
def test_what_a_callee_catches_shows_what_its_caller_is_told(library: Library, code: str, false: bool) -> None:
    program = Program.of(CAUGHT_INSIDE)
    said = Said(code, "error", line_of(program, "done = find()"), "")
    assert (said in examine(program, library, [said]).false_errors) == false


@pytest.mark.parametrize("key", [OF_NO_ROW, OF_A_ROW_THAT_FAILS])
def test_rows_of_other_keys_and_failures_among_many_show_what_the_usual_rows_do_not(library: Library, key: str) -> None:
    program = Program.of(key)
    said = Said("SCOPE001", "error", line_of(program, "print("), "")
    found = examine(program, library, [said])
    assert not found.failures
    assert not found.false_errors


@pytest.mark.parametrize("writing", ["add", "add_all", "attribute", "no_autoflush"])
def test_a_write_of_a_session_that_nobody_closes_is_lost(library: Library, writing: str) -> None:
    assert examine(Program.of(OPEN.format(writing)), library, []).lost


@pytest.mark.parametrize("writing", ["only read", "not added"])
def test_where_nothing_is_written_nothing_is_lost(library: Library, writing: str) -> None:
    assert not examine(Program.of(OPEN.format(writing)), library, []).lost


def test_a_write_is_lost_in_a_run_that_raises_for_another_reason_too(library: Library) -> None:
    program = Program.of(REFUSED)
    found = examine(program, library, [Said("COMMIT001", "error", line_of(program, "session.add"), "")])
    assert found.failures
    assert not found.false_errors


def test_where_each_run_fails_later_no_run_shows_that_a_write_is_not_lost(library: Library) -> None:
    program = Program.of(FAILS_LATER)
    claims = [Said(code, "error", line_of(program, "session.delete"), "") for code in ("COMMIT001", "COMMIT003")]
    found = examine(program, library, claims)
    assert found.failures
    assert [one.code for one in found.false_errors] == ["COMMIT003"]
