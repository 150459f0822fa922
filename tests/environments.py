"""Virtual environments with the supported SQLAlchemy releases, for the tests that ask the real library.

`python tests/environments.py` creates those that are missing in `.environments` at the project's root, or in the folder
that SESSILE_ENVIRONMENTS names. Tests only look for them: nothing is installed behind the back of a test run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMON = ("aiosqlite", "greenlet", "pytest>=8")
#: What projects build on SQLAlchemy with; some of it does not run on 2.1 yet.
LIBRARIES = (
    *("sqlalchemy>=2.0.40,<2.1", "sqlmodel>=0.0.24", "fastapi>=0.115", "httpx>=0.27"),
    *("flask-sqlalchemy>=3.1", "celery>=5", "fastapi-users-db-sqlalchemy>=7"),
    *("advanced-alchemy>=1", "sqlalchemy-utils>=0.41"),
)
REQUIREMENTS = {
    "sa14": ("sqlalchemy>=1.4.54,<2",),
    "sa20": ("sqlalchemy>=2.0.40,<2.1", "sqlmodel>=0.0.24"),
    "sa21": ("sqlalchemy>=2.1,<2.2", "sqlmodel>=0.0.24", "fastapi>=0.115", "httpx>=0.27"),
}
EVERY = {**REQUIREMENTS, "libraries": LIBRARIES}
#: The first Python that a release supports, where that is not ours.
SINCE = {"sa21": (3, 11)}


def folder() -> Path:
    """Where the environments are, existing or not."""
    return Path(os.environ.get("SESSILE_ENVIRONMENTS") or ROOT / ".environments")


def interpreter(name: str) -> Path | None:
    """The Python of an environment, None if it was not created."""
    paths = (folder() / name / "bin" / "python", folder() / name / "Scripts" / "python.exe")
    return next((path for path in paths if path.exists()), None)


def how_to_create(name: str) -> str:
    """What to tell someone whose test was skipped for want of an environment."""
    if not supported(name):
        return f"{name} needs Python {'.'.join(map(str, SINCE[name]))}"
    return f"no environment {name!r} in {folder()}: create it with `python tests/environments.py`"


def supported(name: str) -> bool:
    """Whether this Python can run the release."""
    return sys.version_info >= SINCE.get(name, (3,))


def create(name: str) -> None:
    """Create one environment and install its requirements with pip.

    Raises CalledProcessError if pip fails; then there is no environment, so that nobody takes a half one for whole.
    """
    path = folder() / name
    try:
        venv.create(path, with_pip=True)
        python = interpreter(name)
        if python is None:
            raise FileNotFoundError(f"{path} has no Python after it was created")
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, *COMMON, *EVERY[name]], check=True)
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise


def main() -> int:
    """Create what is missing and list all."""
    for name in EVERY:
        if interpreter(name) is None and supported(name):
            create(name)
        sys.stdout.write(f"{name}: {interpreter(name) or how_to_create(name)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
