"""What somebody sees in VS Code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from vscode_project import Project

pytestmark = pytest.mark.xdist_group("vscode")
ALL = "SCOPE001:9 COMMIT001:14 DETACH002:19"


def test_findings_and_their_story(project: Project) -> None:
    project.expect(ALL)
    first = project.findings()[0]
    assert first["severity"] == "Error"
    assert "DetachedInstanceError" in first["message"]
    assert [each["range"][0] + 1 for each in first["story"]] == [6, 8, 5]
