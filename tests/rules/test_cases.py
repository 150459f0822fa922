"""Every literate case, analysed: the findings are exactly those that its comments expect."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from literate import Case, load, rule_files

from sessile import engine
from sessile.project.configuration import read
from sessile.project.workspace import Workspace
from sessile.rules.registry import by_code
from sessile.text import Document

if TYPE_CHECKING:
    from pathlib import Path

    from sessile.project.settings import Settings

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CASES = [case for path in rule_files() for case in load(path)]


def findings(case: Case, root: Path) -> list[tuple[str, int, str, str]]:
    """(file, line, severity, code) of every finding of a case."""
    workspace = Workspace(str(root))
    for source in case.files:
        workspace.open(Document(str(root / source.name), source.text))
    found = []
    for source in case.files:
        document = workspace.documents[str(root / source.name)]
        report = engine.analyze(document, workspace, settings(case, root))
        found += [
            (source.name, each.location.range.start.line, each.severity.value, each.code) for each in report.findings
        ]
    return sorted(found)


def settings(case: Case, root: Path) -> Settings:
    """The defaults, or what the case's TOML says."""
    found, problems = read(tomllib.loads(case.settings), root=str(root))
    assert not problems, problems
    return found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_findings(case: Case, tmp_path: Path) -> None:
    expected = sorted((mark.file, mark.line, mark.severity, mark.code) for mark in case.marks if mark.code in by_code())
    assert findings(case, tmp_path) == expected, "\n" + "\n".join(
        f"{number:4} {line}" for source in case.files for number, line in enumerate(source.text.split("\n"), 1)
    )
