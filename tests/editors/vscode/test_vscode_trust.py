"""A workspace that nobody trusts: findings all the same, and nothing that the workspace chose is run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from vscode_project import ALL, Project, write_files
from vscode_window import Window

if TYPE_CHECKING:
    from pathlib import Path


def lay_traps(folder: Path, caught: Path) -> None:
    """Whatever a workspace may hope that somebody runs."""
    trap = f'#!/bin/sh\necho "$0 $*" >> {caught}\nexec python3 "$@"\n'
    for name in (".venv/bin/python", "venv/bin/python", "tools/sessile", "tools/python3"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(trap)
        path.chmod(0o755)
    for name in ("sessile", "sitecustomize", "json", "multiprocessing"):
        (folder / f"{name}.py").write_text(f"open({str(caught)!r}, 'a').write(__name__)\n")
    chosen = {"sessile.path": f"{folder}/tools/sessile", "sessile.interpreter": f"{folder}/tools/python3"}
    (folder / ".vscode").mkdir()
    (folder / ".vscode" / "settings.json").write_text(json.dumps(chosen))


def test_nothing_of_the_workspace_runs_until_it_is_trusted(extensions: list[Path], tmp_path: Path) -> None:
    folder, caught = tmp_path / "project", tmp_path / "caught"
    folder.mkdir()
    write_files(folder)
    lay_traps(folder, caught)
    environment = {"VIRTUAL_ENV": str(folder / ".venv"), "PYTHONPATH": str(folder)}
    with Window(folder, extensions, trusted=False, environment=environment) as window:
        assert window.ask("trusted") is False
        project = Project(window)
        project.open()
        project.expect(ALL)
        assert "The workspace is not trusted" in window.log()
        assert "/bundled/server.py" in window.log()
        assert not caught.exists(), caught.read_text()
        window.see("command", "Workspaces: Manage Workspace Trust")
        window.see("click", ".workspace-trust-editor .monaco-button", "Trust")
        window.until("trust", lambda: window.ask("trusted"))
        window.until("the workspace's choice", lambda: caught.exists())
        assert f"{folder}/tools/sessile server" in caught.read_text()
