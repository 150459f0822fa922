"""Virtual environments with the supported SQLAlchemy releases, for the tests that ask the real library.

`python tests/environments.py` creates those that are missing in `.environments` at the project's root, or in the folder
that SESSILE_ENVIRONMENTS names. Tests only look for them: nothing is installed behind the back of a test run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMON = ("aiosqlite", "greenlet", "pytest>=8")
REQUIREMENTS = {
    "sa14": ("sqlalchemy>=1.4.54,<2",),
    "sa20": ("sqlalchemy>=2.0.40,<2.1", "sqlmodel>=0.0.24"),
    "sa21": ("sqlalchemy>=2.1,<2.2", "sqlmodel>=0.0.24", "fastapi>=0.115", "httpx>=0.27"),
}


def folder() -> Path:
    """Where the environments are, existing or not."""
    return Path(os.environ.get("SESSILE_ENVIRONMENTS") or ROOT / ".environments")


def interpreter(name: str) -> Path | None:
    """The Python of an environment, None if it was not created."""
    paths = (folder() / name / "bin" / "python", folder() / name / "Scripts" / "python.exe")
    return next((path for path in paths if path.exists()), None)


def how_to_create(name: str) -> str:
    """What to tell someone whose test was skipped for want of an environment."""
    return f"no environment {name!r} in {folder()}: create it with `python tests/environments.py`"


def create(name: str) -> None:
    """Create one environment and install its requirements with pip; raises CalledProcessError if pip fails."""
    path = folder() / name
    venv.create(path, with_pip=True)
    python = interpreter(name)
    if python is None:
        raise FileNotFoundError(f"{path} has no Python after it was created")
    subprocess.run([python, "-m", "pip", "install", "--quiet", *COMMON, *REQUIREMENTS[name]], check=True)


def main() -> int:
    """Create what is missing and list all."""
    for name in REQUIREMENTS:
        if interpreter(name) is None:
            create(name)
        sys.stdout.write(f"{name}: {interpreter(name)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
