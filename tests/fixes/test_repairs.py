"""What repairs are as they are written, hold in a run, and are done once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from goldens import MAIN, Golden, goldens
from literate import Case, Source
from repairing import Project
from world import World

from sessile.rules.finding import Applicability
from sessile.rules.registry import by_code

if TYPE_CHECKING:
    from world import Outcome

CASES = [case for case in goldens() if case.code in by_code()]


def repaired(case: Golden, root: Path) -> tuple[Project, Project, str]:
    """The project before and after the repair of its first finding of the rule, and the title of the fix."""
    project = Project.of(case.files, root, extend_select=(case.code,))
    name, finding = next((name, finding) for name, finding in project.findings() if finding.code == case.code)
    fix = project.repair(name, finding)
    assert fix is not None
    assert fix.applicability is Applicability.UNSAFE or fix.automatic
    return project, project.fixed(fix), fix.title


@pytest.mark.parametrize("case", CASES, ids=str)
def test_repair_is_as_written(case: Golden, tmp_path: Path) -> None:
    _, after, title = repaired(case, tmp_path)
    assert case.missing(after.texts) == []
    assert case.title is None or title == case.title


@pytest.mark.parametrize("case", CASES, ids=str)
def test_finding_is_gone_and_no_other_has_come(case: Golden, tmp_path: Path) -> None:
    project, after, _ = repaired(case, tmp_path)
    before = [finding.code for _, finding in project.findings()]
    before.remove(case.code)
    left = [finding.code for _, finding in after.findings()]
    assert all(left.count(code) <= before.count(code) for code in left)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_run_raises_before_and_not_after(case: Golden, tmp_path: Path) -> None:
    project, after, _ = repaired(case, tmp_path)
    raised = {name for outcome in run(project) for name in outcome.names}
    assert raised == set() if case.raises is None else case.raises in raised
    assert [outcome.detail for outcome in run(after) if outcome.names] == []


def run(project: Project) -> list[Outcome]:
    """What the calls of the functions `f` come to."""
    files = tuple(Source(name, text, ()) for name, text in project.texts.items())
    case = Case("", "", Path(MAIN), 0, files)
    with World(case) as world:
        return [world.call(call) for call in list(world.standard_calls())]


MERGED = """def f() -> str:
    with Session(engine) as session:
        user = session.merge(User(id=77, name="merged"))
        session.{method}
    return user.name
"""


@pytest.mark.parametrize(("code", "method"), [("SCOPE014", "refresh(user)"), ("SCOPE001", "rollback()")])
def test_what_merge_perhaps_found_is_neither_flushed_nor_refreshed(code: str, method: str, tmp_path: Path) -> None:
    """A flush would write what the refresh discards, and after a rollback there may be no row to refresh."""
    project = Project.of({MAIN: CASES[0].preamble + MERGED.format(method=method)}, tmp_path)
    name, finding = next((name, finding) for name, finding in project.findings() if finding.code == code)
    assert project.repair(name, finding) is None
