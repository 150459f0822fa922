"""`sessile check` loads what it needs to check, and nothing that only editors, fixes or users' programs need."""

from __future__ import annotations

import subprocess
import sys

from house import PACKAGE, ROOT

HEAVY = (
    "pygls",
    "lsprotocol",
    "libcst",
    "jedi",
    "sqlalchemy",
    "sqlmodel",
    "pydantic",
    "rich",
    "asyncio",
    "multiprocessing",
)
FIXES = "sessile.fixes"
PROGRAM = f"""
import sys
sys.path.insert(0, {str(PACKAGE.parent)!r})
from sessile.cli.main import main
code = main(["check", "--output-format", "concise", "--color", "never", *sys.argv[1:]])
names = {{each.partition(".")[0] for each in sys.modules}}
heavy = [each for each in {HEAVY!r} if each in names]
print("loaded", *heavy, *[each for each in sys.modules if each.startswith({FIXES!r})], file=sys.stderr)
sys.exit(code)
"""


def check(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-c", PROGRAM, *words]
    return subprocess.run(command, cwd=ROOT / "examples", capture_output=True, text=True, check=False)


def test_check_starts_light() -> None:
    done = check("shop")
    assert done.stderr.splitlines()[-1] == "loaded"
    assert (done.returncode, "SCOPE001" in done.stdout) == (1, True)
