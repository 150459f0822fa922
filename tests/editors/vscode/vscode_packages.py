"""The extensions that a window is opened with, packaged from this tree."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from vscode_window import ROOT

CLIENT = ROOT / "vscode-client"
PROBE = Path(__file__).resolve().parent / "probe"
SOURCES = (CLIENT / "src", CLIENT / "scripts", CLIENT / "walkthrough", CLIENT / "bundled", ROOT / "server")


def package(folder: Path) -> list[Path]:
    """The VSIX files of our extension, built anew if a source is younger, and of the probe, built into a folder."""
    target = "linux-arm64" if os.uname().machine == "aarch64" else "linux-x64"
    ours = _vsix(target)
    if ours is None or ours.stat().st_mtime < _newest_source():
        _run(["npm", "run", "package", "--", target], ROOT)
        ours = _vsix(target)
    assert ours
    probe = folder / "probe.vsix"
    words = ["package", "--out", str(probe), "--skip-license", "--allow-missing-repository"]
    _run([str(ROOT / "node_modules" / ".bin" / "vsce"), *words], PROBE)
    return [ours, probe]


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
