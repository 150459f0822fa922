"""A real Emacs with eglot, without a window. Its people see messages only, so the story is in them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project

HERE = Path(__file__).resolve().parent
EMACS = shutil.which("emacs")


def _has_eglot() -> bool:
    if EMACS is None:
        return False
    script = "(progn (require 'package) (unless (require 'eglot nil t) (package-initialize) (require 'eglot)))"
    return subprocess.run([EMACS, "--batch", "--eval", script], capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(
    not _has_eglot(), reason="Emacs with eglot is not installed: apt-get install emacs-nox elpa-eglot"
)


def emacs(project: Project, body: str) -> None:
    """Run Lisp with the driver; AssertionError with what went wrong."""
    assert EMACS
    script = project.root / "script.el"
    script.write_text(f";;; -*- lexical-binding: t -*-\n(drive-run\n{body})\n")
    environment = {
        **os.environ,
        "TEST_SERVER": json.dumps(project.command),
        "TEST_WORKSPACE": str(project.root),
        "HOME": str(project.root / "home"),
    }
    command = [EMACS, "--batch", "-l", str(HERE / "emacs" / "drive.el"), "-l", str(script)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)
    assert run.returncode == 0, run.stderr


def test_findings_hover_and_a_quick_fix(project: Project) -> None:
    emacs(
        project,
        """
        (drive-open "main.py")
        (drive-expect "error:9 error:14")
        (cl-assert (string-match-p "- line 8: expired by the commit" (drive-text)) t)
        (drive-at 9 "user.name")
        (cl-assert (string-match-p "DetachedInstanceError" (drive-hover)))
        (drive-at 14 "session")
        (drive-choose "Commit before the session ends")
        (drive-expect "error:9")
        (save-buffer)
        """,
    )
    assert (project.root / "main.py").read_text().endswith("session.add(User(name=name))\n        session.commit()\n")


def test_typing_what_is_broken_for_a_while(project: Project) -> None:
    emacs(
        project,
        """
        (drive-open "main.py")
        (drive-expect "error:9 error:14")
        (drive-at 8 "session")
        (insert "session.\\n        ")
        (drive-expect "error:8 error:10 error:15")
        (delete-region (line-beginning-position 0) (line-beginning-position))
        (drive-expect "error:9 error:14")
        (goto-char (point-min))
        (insert "name = 'é\\U0001F600'\\n")
        (drive-expect "error:10 error:15")
        (drive-at 10 "user.name")
        (drive-choose "Ignore SCOPE001 for this line")
        (drive-expect "error:15")
        """,
    )
