"""The extensions that a window is opened with, packaged from this tree."""

from __future__ import annotations

import fcntl
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vscode_window import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENT = ROOT / "vscode-client"
HERE = Path(__file__).resolve().parent
SOURCES = (CLIENT / "src", CLIENT / "scripts", CLIENT / "walkthrough", CLIENT / "bundled", ROOT / "server")


def package(folder: Path) -> list[Path]:
    """The VSIX files of our extension, built anew if a source is younger, and of the probe, built into a folder."""
    return [packed("linux-arm64" if os.uname().machine == "aarch64" else "linux-x64"), _small(folder, "probe")]


def packed(target: str) -> Path:
    """The VSIX file of our extension for a platform, built anew if a source is younger."""
    with _alone():
        ours = _vsix(target)
        if ours is None or ours.stat().st_mtime < _newest_source():
            _run(["npm", "run", "package", "--", target], ROOT)
            ours = _vsix(target)
    assert ours
    return ours


def python_extension(folder: Path) -> Path:
    """What stands in for Microsoft's extension."""
    return _small(folder, "python-extension")


@contextmanager
def _alone() -> Iterator[None]:
    """Tests may run in several processes, and one of them packages for all."""
    (CLIENT / "out").mkdir(exist_ok=True)
    with open(CLIENT / "out" / "lock", "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _small(folder: Path, name: str) -> Path:
    vsix = folder / f"{name}.vsix"
    words = ["package", "--out", str(vsix), "--skip-license", "--allow-missing-repository"]
    _run([str(ROOT / "node_modules" / ".bin" / "vsce"), *words], HERE / name)
    return vsix


def _vsix(target: str) -> Path | None:
    found = sorted((CLIENT / "out").glob(f"sessile-*-{target}.vsix"), key=lambda each: each.stat().st_mtime)
    return found[-1] if found else None


def _newest_source() -> float:
    files = [each for folder in SOURCES for each in folder.rglob("*") if each.is_file()]
    ours = [each for each in files if "libs" not in each.parts and each.suffix != ".pyc"]
    return max(each.stat().st_mtime for each in [*ours, CLIENT / "package.json"])


def _run(command: list[str], where: Path) -> None:
    run = subprocess.run(command, cwd=where, capture_output=True, text=True, timeout=400, check=False)
    assert run.returncode == 0, f"{command} failed\n{run.stdout}{run.stderr}"
