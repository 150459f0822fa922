"""Programs that build on installed packages: analysed with the packages' source in sight, and run where they are.

Nothing of the packages is imported by the analysis; without them there is less to say, and nothing wrong.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from literate import Case, load
from test_cases import settings
from test_project_cases import checked, expected, written

import environments
from sessile.project.environment import find_site
from sessile.project.workspace import Workspace

FILES = sorted((Path(__file__).parent / "libraries").glob("*.md"))
CASES = [case for path in FILES for case in load(path)]
RULES = Path(__file__).parents[1] / "rules"
PYTHON = environments.interpreter("libraries")
needs_libraries = pytest.mark.skipif(PYTHON is None, reason=environments.how_to_create("libraries"))


@needs_libraries
@pytest.mark.parametrize("case", CASES, ids=str)
def test_findings(case: Case, tmp_path: Path) -> None:
    written(case, tmp_path)
    before = set(sys.modules)
    workspace = Workspace(str(tmp_path), settings(case, tmp_path).src, {}, site=find_site("", str(PYTHON.parents[1])))
    assert checked(case, tmp_path, [source.name for source in case.files], workspace) == expected(case)
    assert not {name for name in set(sys.modules) - before if name.startswith(("advanced", "fastapi_users", "flask"))}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_without_the_packages_there_is_less_to_say(case: Case, tmp_path: Path) -> None:
    written(case, tmp_path)
    found = checked(case, tmp_path, [source.name for source in case.files])
    right = {(file, line, code) for file, line, _, code in expected(case)}
    assert {(file, line, code) for file, line, _, code in found} <= right


@needs_libraries
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cases_tell_the_truth(path: Path) -> None:
    done = subprocess.run([PYTHON, str(RULES / "truth.py"), path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr[-2000:]
