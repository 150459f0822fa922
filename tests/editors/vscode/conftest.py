"""The extension as it is packaged from this tree, and a window with a small project in it.

All tests share two windows, since opening one takes seconds; each begins with the project's files as they were.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from vscode_project import Project, write_files
from vscode_window import ROOT, Window, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLIENT = ROOT / "vscode-client"


@pytest.fixture(scope="session")
def extensions(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Our extension and the probe as VSIX files."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    target = "linux-arm64" if os.uname().machine == "aarch64" else "linux-x64"
    ours = CLIENT / "out" / f"sessile-0.1.0-{target}.vsix"
    if not ours.exists() or ours.stat().st_mtime < _newest_source():
        subprocess.run(["npm", "run", "package", "--", target], cwd=ROOT, check=True, capture_output=True, timeout=300)
    probe = tmp_path_factory.mktemp("probe") / "probe.vsix"
    command = [str(ROOT / "node_modules" / ".bin" / "vsce"), "package", "--out", str(probe), "--skip-license"]
    here = Path(__file__).parent / "probe"
    subprocess.run([*command, "--allow-missing-repository"], cwd=here, check=True, capture_output=True, timeout=60)
    return [ours, probe]


def _newest_source() -> float:
    folders = (CLIENT / "src", CLIENT / "scripts", CLIENT / "walkthrough", ROOT / "server")
    files = [each for folder in folders for each in folder.rglob("*") if each.suffix != ".pyc" and each.is_file()]
    return max(each.stat().st_mtime for each in [*files, CLIENT / "package.json", CLIENT / "bundled" / "server.py"])


@pytest.fixture(scope="session")
def window(extensions: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """A trusted window, on the bundled server."""
    folder = tmp_path_factory.mktemp("project")
    write_files(folder)
    with Window(folder, extensions) as opened:
        yield opened


@pytest.fixture
def project(window: Window) -> Project:
    window.ask("revert")
    write_files(window.folder)
    found = Project(window)
    found.open()
    return found


@pytest.fixture
def configure(window: Window) -> Iterator[Callable[[str, object], None]]:
    """Changes a setting for one test."""
    changed: list[str] = []

    def change(key: str, value: object) -> None:
        changed.append(key)
        window.ask("configure", key=key, value=value)

    yield change
    for key in changed:
        window.ask("configure", key=key, value=None)
