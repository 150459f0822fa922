"""The bad example of every rule's page, repaired: the finding is gone and the program does not raise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from literate import Case
from pages import FOLDER, load, raised
from repairing import Project, project_of
from world import World

from sessile.rules.registry import by_code

if TYPE_CHECKING:
    from pathlib import Path

    from world import Outcome

PAGES = [path for path in sorted(FOLDER.glob("*.md")) if (rule := by_code().get(path.stem)) and rule.repairer]
#: The repair asks for the caller's help, or makes the failure visible that was hidden.
RAISES_AFTERWARDS = {"DETACH001", "DETACH002", "DETACH003", "EXC001", "EXC002", "EXC003"}


def run(project: Project, name: str) -> tuple[Outcome, str]:
    """What the program comes to."""
    with World(Case(name, "", FOLDER, 0, ())) as world:
        for file, text in project.texts.items():
            (world.folder / file).write_text(text, "utf-8")
        return world.script(project.texts["main.py"])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_bad_example_is_repaired(path: Path, tmp_path: Path) -> None:
    page = load(path)
    program = page.program("Example")
    project = project_of(Case(path.stem, "", path, 0, (program,)), tmp_path)
    findings = [(name, each) for name, each in project.findings() if each.code == path.stem]
    if not findings:
        pytest.skip("the analysis does not report it")
    name, finding = findings[0]
    if finding.fix_title is None:
        pytest.skip("this form of the defect has no fix")
    fix = project.repair(name, finding)
    assert fix is not None, finding.fix_title
    after = project.fixed(fix)
    assert all(each.code != path.stem for _, each in after.findings())
    outcome, output = run(after, path.stem)
    if path.stem not in RAISES_AFTERWARDS:
        assert outcome.names == (), outcome.detail
        assert raised(program) is not None or output != run(project, path.stem)[1] or not page.runs
