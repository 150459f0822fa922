"""What every editor is given: the example shop, an installed `sessile`, a home of its own; and what must come out.

The shop's findings are what the command line says of it, so an editor has to show the same, whatever rules there are.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sessile

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGE = Path(sessile.__file__).resolve().parents[1]
SHOP = Path(__file__).resolve().parents[2] / "examples" / "shop"
PATIENCE = 40.0
"""Seconds; a machine that is busy is no failure."""
T = TypeVar("T")


def until(what: str, look: Callable[[], T], wanted: Callable[[T], bool] = bool) -> T:
    """What `look` gives once it is `wanted`; AssertionError with what it gave last."""
    end = time.monotonic() + PATIENCE
    while not wanted(seen := look()):
        assert time.monotonic() < end, f"waited for {what}; at last there was {seen!r}"
        time.sleep(0.1)
    return seen


@dataclass(frozen=True)
class Home:
    """`workspace` is a repository with the package `shop` and an empty `sessile.toml`; `sessile` is on the PATH."""

    root: Path

    @classmethod
    def build(cls) -> Home:
        """A new one. Its path is short, since the names of sockets have to be."""
        home = cls(Path(tempfile.mkdtemp(prefix="sessile-")))
        for folder in (home.workspace, home.programs):
            folder.mkdir()
        shutil.copytree(SHOP, home.workspace / "shop", ignore=shutil.ignore_patterns("__pycache__", "*.db"))
        (home.workspace / "sessile.toml").write_text("")
        subprocess.run(["git", "init", "--quiet", home.workspace], check=True)
        home._install()
        return home

    @property
    def workspace(self) -> Path:
        return self.root / "workspace"

    @property
    def programs(self) -> Path:
        return self.root / "bin"

    @property
    def environment(self) -> dict[str, str]:
        """For the editor: nothing of the person who runs the tests but their PATH, behind our own."""
        return {
            "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.root),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
        }

    def _install(self) -> None:
        """Put `sessile` where an installer would; a server leaves its process id behind."""
        code = (
            f"import os, sys; sys.path.insert(0, {str(PACKAGE)!r})\n"
            f"if 'server' in sys.argv: open({str(self._pid)!r}, 'w').write(str(os.getpid()))\n"
            "from sessile.cli.main import main; sys.exit(main())"
        )
        program = self.programs / "sessile"
        program.write_text(f"#!{sys.executable} -I\n{code}\n")
        program.chmod(0o755)

    @property
    def _pid(self) -> Path:
        return self.root / "server.pid"

    def kill_the_server(self) -> None:
        """As a crash would."""
        os.kill(int(self._pid.read_text()), signal.SIGKILL)

    def check(self, file: str) -> list[dict[str, Any]]:
        """What the command line says of a file, in the order of its lines."""
        command = [self.programs / "sessile", "check", "--output-format", "json", file]
        done = subprocess.run(command, cwd=self.workspace, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stderr
        return sorted(json.loads(done.stdout), key=lambda each: each["location"]["row"])

    def read(self, file: str) -> str | None:
        """A file of the workspace as it is saved; None if there is none."""
        path = self.workspace / file
        return path.read_text() if path.exists() else None

    def repaired(self, finding: dict[str, Any]) -> dict[str, str]:
        """The files that the fix of a finding of `check` changes or creates, with the texts that come out."""
        texts: dict[str, str] = {}
        edits = sorted(finding["fix"]["edits"], key=lambda each: _place(each["location"]), reverse=True)
        for edit in edits:
            file = os.path.relpath(edit["filename"], self.workspace)
            lines = texts.get(file, self.read(file) or "").splitlines(keepends=True) or [""]
            (row, column), (last, end) = _place(edit["location"]), _place(edit["end_location"])
            lines[row - 1 : last] = [lines[row - 1][: column - 1] + edit["content"] + lines[last - 1][end - 1 :]]
            texts[file] = "".join(lines)
        return texts

    def remove(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)


def _place(location: dict[str, int]) -> tuple[int, int]:
    return location["row"], location["column"]
