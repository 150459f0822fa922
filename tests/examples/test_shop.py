"""The example shop fails as its README says, and its repaired twin does not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sqlmodel")  # also says that SQLAlchemy is 2.x, which the examples are written for

from shop_cases import CASES, Case, Raises

import sessile.helpers

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parents[1] / "examples"
TWINS = ("shop", "shop_repaired")


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, dict[str, object]]:
    """What happened in each twin, each in a process and on a database of its own."""
    folder = tmp_path_factory.mktemp("shop")
    found = {}
    for twin in TWINS:
        result = folder / f"{twin}.json"
        environment = {
            **os.environ,
            "PYTHONPATH": str(EXAMPLES),
            "PYTHONDONTWRITEBYTECODE": "1",
            "SHOP_DATABASE": str(folder / f"{twin}.db"),
        }
        command = [sys.executable, str(HERE / "shop_runner.py"), twin, str(result)]
        done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found[twin] = json.loads(result.read_text())
    return found


def check(case: Case, seen: dict[str, object], expected: object) -> None:
    if isinstance(expected, Raises):
        assert seen.get("raised") == expected.exception, seen
        assert seen["in"] == (case.name if expected.inside else "")
    else:
        assert seen == {"value": expected}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.function)
def test_broken(case, reports):
    check(case, reports["shop"]["observed"][case.function], case.broken)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.function)
def test_repaired(case, reports):
    check(case, reports["shop_repaired"]["observed"][case.function], case.repaired)


@pytest.mark.parametrize("case", [case for case in CASES if case.code], ids=lambda case: case.function)
def test_the_repair_makes_a_difference(case):
    assert case.broken != case.repaired


@pytest.mark.parametrize("twin", TWINS)
def test_every_function_was_run(twin, reports):
    assert reports[twin]["never run"] == []
    assert len(reports[twin]["defined"]) > len(CASES)


def test_the_twins_are_the_same_application(reports):
    assert reports["shop"]["defined"] == reports["shop_repaired"]["defined"]


def test_every_promised_problem_is_there():
    families = {"SCOPE": [1, 2, 3, 4, 13], "DETACH": range(1, 5), "ROW": range(1, 9), "GET": range(1, 4)}
    families |= {"SQL": range(1, 4), "EXC": range(1, 4), "COMMIT": [1, 3], "LOAD": [1]}
    promised = {f"{family}{number:03}" for family, numbers in families.items() for number in numbers}
    assert {case.code for case in CASES} - {""} == promised


@pytest.mark.parametrize("path", sorted((EXAMPLES / "shop").rglob("*.py")), ids=lambda path: path.name)
def test_the_header_of_a_file_names_its_problems_and_no_other_line_does(path):
    lines = path.read_text().splitlines()
    naming = [line for line in lines if re.search(r"\b[A-Z]+\d{3}\b", line)]
    expected = {case.code for case in CASES if case.code and case.function.partition(".")[0] == path.stem}
    if path.name == "db.py":
        expected = {"CFG001"}
    assert {code for line in naming for code in re.findall(r"\b[A-Z]+\d{3}\b", line)} == expected
    assert len(naming) == bool(expected)
    assert not naming or naming[0].startswith("# Contains: ")


def test_the_readme_lists_every_problem_with_its_exception():
    rows = re.findall(
        r"^\| `([\w.]+)` \| ([A-Z]+\d{3}) \| (.*) \| (.*) \|$", (EXAMPLES / "README.md").read_text(), re.M
    )
    listed = {function: (code, outcome) for function, code, _problem, outcome in rows if code != "CFG001"}
    assert {function: code for function, (code, _) in listed.items()} == {c.function: c.code for c in CASES if c.code}
    for case in CASES:
        if case.code:
            names = re.findall(r"`(\w+(?:Error|Greenlet))`", listed[case.function][1])
            assert names == ([case.broken.exception] if isinstance(case.broken, Raises) else [])


def test_the_helpers_of_the_repaired_twin_are_ours():
    ours = Path(sessile.helpers.__file__).with_name("session_helpers.py")
    assert (EXAMPLES / "shop_repaired" / "session_helpers.py").read_bytes() == ours.read_bytes()
