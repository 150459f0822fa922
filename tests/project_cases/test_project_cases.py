"""Programs of several files, as real projects are written: every file is analysed, and the program is run.

What is found in a file is the same whether the file is checked alone or with all others, in any order, and whether the
others are on the disk or only in an editor.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from literate import Case, load
from test_cases import settings
from truth import check

from sessile import engine
from sessile.project.workspace import Workspace
from sessile.text import Document

CASES = [case for path in sorted(Path(__file__).parent.glob("*.md")) for case in load(path)]
Found = tuple[str, int, str, str]


def expected(case: Case) -> list[Found]:
    """What the comments say."""
    return sorted((mark.file, mark.line, mark.severity, mark.code) for mark in case.marks)


def written(case: Case, root: Path) -> None:
    """Put the case's files on the disk."""
    for source in case.files:
        path = root / source.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source.text, "utf-8")


def checked(case: Case, root: Path, names: list[str], workspace: Workspace | None = None) -> list[Found]:
    """The findings of some files, in this order, in one workspace."""
    chosen = settings(case, root)
    workspace = workspace or Workspace(str(root), chosen.src, {})
    found: list[Found] = []
    for name in names:
        document = Document(str(root / name), case.source(name).text)
        report = engine.analyze(document, workspace, chosen)
        found += [(name, each.location.range.start.line, each.severity.value, each.code) for each in report.findings]
    return sorted(found)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_all_files(case: Case, tmp_path: Path) -> None:
    written(case, tmp_path)
    names = [source.name for source in case.files]
    assert checked(case, tmp_path, names) == expected(case)
    assert checked(case, tmp_path, names[::-1]) == expected(case)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_one_file_means_the_same(case: Case, tmp_path: Path) -> None:
    written(case, tmp_path)
    found = [each for source in case.files for each in checked(case, tmp_path, [source.name])]
    assert sorted(found) == expected(case)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_nothing_is_on_the_disk(case: Case, tmp_path: Path) -> None:
    workspace = Workspace(str(tmp_path), settings(case, tmp_path).src, {})
    for source in case.files:
        workspace.open(Document(str(tmp_path / source.name), source.text))
    assert checked(case, tmp_path, [source.name for source in case.files], workspace) == expected(case)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case_tells_the_truth(case: Case) -> None:
    assert check(case) == []
