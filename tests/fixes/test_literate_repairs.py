"""Every literate case is repaired, finding by finding, and run: what raised raises no more, and nothing else does.

The run decides, not the engine: a fix that only silences the analysis fails here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from literate import Case, Mark, load, rule_files
from repairing import as_case, mark_of, project_of
from world import Outcome, World

from sessile.fixes.verify import Moved

if TYPE_CHECKING:
    from pathlib import Path

CASES = [case for path in rule_files() for case in load(path)]


def outcomes(case: Case) -> list[Outcome]:
    """What the calls of a case come to."""
    if case.run is not None:
        with World(case) as world:
            return list(world.run(case.run))
    with World(case) as world:
        calls = list(world.standard_calls())
    found = []
    for call in calls:
        with World(case) as world:
            found.append(world.call(call))
    return found


def raised_at(outcome: Outcome, mark: Mark, line: int) -> bool:
    """Whether an outcome is the exception of a mark, whose line is `line` by now."""
    if mark.raises not in outcome.names or not outcome.frames:
        return False
    return any((frame.file, frame.line) == (mark.file, line) for frame in outcome.frames)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_repairs_hold_in_a_run(case: Case, tmp_path: Path) -> None:
    project = project_of(case, tmp_path)
    before: list[Outcome] | None = None
    findings = list(project.findings())
    for name, finding in findings:
        mark = mark_of(case, name, finding)
        fix = project.repair(name, finding) if mark is not None else None
        if mark is None or fix is None:
            continue
        after = project.fixed(fix)
        note = f"{finding.code}: {fix.title}\n" + "\n".join(after.texts[each] for each in project.texts)
        assert len(list(after.findings())) <= len(findings) - (finding.code != "COMMIT003"), note
        if not case.runnable or not fix.automatic:
            continue
        before = before if before is not None else outcomes(case)
        line = Moved(project.texts[name], after.texts[name]).line(finding.location.range.start)
        check_run(before, outcomes(as_case(case, after)), mark, line, note, len(case.marks) == 1)


def check_run(before: list[Outcome], after: list[Outcome], mark: Mark, line: int, note: str, alone: bool) -> None:
    """The marked exception is gone, and no call of the case's own functions raises that did not.

    What was the one defect of its case leaves nothing that raises.
    A handler that hid a failure raises it now, where the case provokes one.
    """
    failing = {outcome.call for outcome in before if outcome.names}
    for outcome in after:
        assert not raised_at(outcome, mark, line), f"{note}\n{outcome.call}: {outcome.detail}"
        if (alone or outcome.call not in failing) and outcome.frames and "aise" not in note.partition("\n")[0]:
            pytest.fail(f"{note}\n{outcome.call}: {outcome.detail}")
    if alone and mark.code in VISIBLE and any(outcome.call.startswith("assert") for outcome in before):
        assert any(outcome.names and outcome.call not in failing for outcome in after), f"{note}\nnothing has changed"


#: Of these a run shows no exception; where a case asserts its one defect, it must fail now.
VISIBLE = {"COMMIT001", "EXC001"}
