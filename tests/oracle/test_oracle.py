"""The oracle itself: its programs follow from the seed, every feasible pair of values occurs, and they are programs."""

from __future__ import annotations

import ast
from itertools import islice
from random import Random

from .generating import COUNT, Space, coverage, covering, programs
from .kinds import KINDS
from .library import RELEASES
from .program import Program

ALL = tuple(RELEASES.values())


def test_the_seed_decides() -> None:
    first, again, other = (list(programs(seed, 30, ALL)) for seed in (5, 5, 6))
    assert first == again != other


def test_a_key_is_enough_to_make_a_program_again() -> None:
    for program in programs(5, 30, ALL):
        assert Program.of(program.key).files == program.files


def test_programs_are_python() -> None:
    for program in programs(7, 200, ALL):
        for name, text in program.files.items():
            ast.parse(text, name)


def test_a_pair_leads_to_a_program_that_has_it() -> None:
    for kind in KINDS.values():
        space = Space(kind, ALL)
        for values in islice(covering(space, Random(1)), 50):
            assert len(values) == len(kind.dimensions)
            assert any(space.program(values).runs_on(release) for release in ALL)


def test_a_word_of_a_template_is_found_only_there() -> None:
    for program in programs(8, 200, ALL):
        assert not any(mark in text for text in program.files.values() for mark in ("$", "RESULT"))


def test_every_pair_occurs_in_a_run_of_the_usual_size() -> None:
    chosen = list(programs(3, COUNT, ALL))
    assert all(occurring == feasible for occurring, feasible in coverage(chosen, ALL, 3).values())


def test_every_feasible_pair_occurs() -> None:
    space = Space(KINDS["swallow"], ALL)
    chosen = [space.program(values) for values in covering(space, Random(2))]
    occurring, feasible = coverage(chosen, ALL, 2)["swallow"]
    assert occurring == feasible == len(space.pairs())
