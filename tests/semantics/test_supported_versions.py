"""Runs this folder's tests against every supported SQLAlchemy, each in its own environment.

The installed release runs them as part of the suite already; this file is left out of the other runs.
"""

import subprocess
from pathlib import Path

import pytest

import environments

HERE = Path(__file__).parent
FILES = sorted(path.name for path in HERE.glob("test_*.py") if path != Path(__file__))


@pytest.mark.parametrize("name", environments.REQUIREMENTS)
def test_semantics(name):
    python = environments.interpreter(name)
    if python is None:
        pytest.skip(environments.how_to_create(name))
    command = [python, "-I", "-m", "pytest", "-c", HERE / "isolated.ini", "-q", "--tb=short", *FILES]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
