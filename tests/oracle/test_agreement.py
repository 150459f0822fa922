"""A small sample of the oracle: no error is said that does not happen, and most of what happens is said.

The large run is `python -m tests.oracle`. The bars here are lower: so few programs may be unlucky ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .comparing import Comparison, compared
from .families import FAMILIES
from .figures import FIGURES
from .generating import programs
from .judging import Said, judged
from .library import PINS, RELEASES, Library, environments, installed, job_of
from .running import examine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .program import Program

RELEASE = "sa20"
SEED, COUNT = 20, 60
PROGRAMS = list(programs(SEED, COUNT, (RELEASES[RELEASE],)))

pytestmark = pytest.mark.skipif(RELEASE not in installed(), reason=environments.how_to_create(RELEASE))


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    own = Library(RELEASE)
    yield own
    own.close()


@pytest.fixture(scope="module")
def outcomes(library: Library) -> list[tuple[Program, dict[str, object]]]:
    return [(program, library.run(job_of(program))) for program in PROGRAMS]


@pytest.fixture(scope="module")
def comparisons(library: Library) -> list[Comparison]:
    return [examine(program, library, judged(program.files, PINS[RELEASE])) for program in PROGRAMS]


def share(name: str, comparisons: list[Comparison]) -> float:
    figure = next(each for each in FIGURES if each.name == name)
    return figure.of(comparisons).percent or 0


def test_every_program_runs(comparisons: list[Comparison]) -> None:
    assert [(each.key, each.failed) for each in comparisons if each.failed] == []


def test_no_error_is_said_that_does_not_happen(comparisons: list[Comparison]) -> None:
    assert [(each.key, each.false_errors) for each in comparisons if each.false_errors] == []


def test_most_of_what_happens_is_said(comparisons: list[Comparison]) -> None:
    assert share("recall", comparisons) >= 85
    assert share("lost writes found", comparisons) >= 85


def test_programs_raise_and_run_clean(comparisons: list[Comparison]) -> None:
    assert share("raise", comparisons) >= 25
    assert share("run clean", comparisons) >= 35


def test_an_engine_that_is_wrong_is_caught(outcomes: list[tuple[Program, dict[str, object]]]) -> None:
    """One that says nothing misses everything, and one that warns of every line is wrong on clean programs."""
    silent = [compared(program, RELEASE, outcome, []) for program, outcome in outcomes]
    assert share("recall", silent) == share("lost writes found", silent) == share("N+1 lines found", silent) == 0
    loud = [compared(program, RELEASE, outcome, said_everywhere(program)) for program, outcome in outcomes]
    assert share("clean programs with a false error", loud) == 100
    assert share("recall", loud) == 100


def said_everywhere(program: Program) -> list[Said]:
    codes = sorted({code for family in FAMILIES for code in family.codes})
    places = [f"{name}:{line}" for name, text in program.files.items() for line in range(1, text.count("\n") + 2)]
    return [Said(code, "error", place, "") for code in codes for place in places]
