"""Rows, results and SQL text by every way to get them: too much to read as a rule's own cases, in the same format."""

from __future__ import annotations

from pathlib import Path

import pytest
from literate import Case, load
from test_cases import findings
from truth import check

CASES = [case for path in sorted(Path(__file__).parent.glob("*.md")) for case in load(path)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_findings(case: Case, tmp_path: Path) -> None:
    assert findings(case, tmp_path) == sorted((mark.file, mark.line, mark.severity, mark.code) for mark in case.marks)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case_tells_the_truth(case: Case) -> None:
    assert check(case) == []
