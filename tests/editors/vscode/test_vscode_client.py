"""The client itself in VS Code: its commands, its status item, and how it keeps the right server running."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from vscode_project import ALL, ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from vscode_project import Project


def servers(project: Project) -> list[int]:
    """The processes of the bundled server of this window, the youngest last."""
    found = []
    for each in Path("/proc").iterdir():
        try:
            command = (each / "cmdline").read_bytes().split(b"\0") if each.name.isdecimal() else []
        except OSError:
            continue
        if len(command) > 2 and os.fsdecode(command[2]).startswith(str(project.window.home)):
            found.append(int(each.name))
    return sorted(found)


def test_the_server_is_isolated_from_the_workspace(project: Project) -> None:
    project.expect(ALL)
    (server,) = servers(project)
    command = Path(f"/proc/{server}/cmdline").read_bytes().split(b"\0")
    assert command[1] == b"-I"
    assert os.fsdecode(command[2]).endswith("/bundled/server.py")
    assert not Path(f"/proc/{server}/cwd").resolve().is_relative_to(project.window.folder)
    assert b"PYTHONPATH" not in Path(f"/proc/{server}/environ").read_bytes()


def test_after_a_crash_everything_is_there_again(project: Project) -> None:
    project.expect(ALL)
    project.type(1, "import os")
    project.expect("SCOPE001:10 COMMIT001:15 DETACH002:23")
    (before,) = servers(project)
    os.kill(before, signal.SIGKILL)
    project.window.until("another server", lambda: servers(project) not in ([], [before]))
    project.type(1, "import sys")
    project.expect("SCOPE001:11 COMMIT001:16 DETACH002:24")
    crashes = [each for each in project.window.see("toasts") if "crashed and is started again" in each]
    assert len(crashes) == 1


def test_restart(project: Project) -> None:
    project.expect(ALL)
    before = servers(project)
    project.window.ask("command", id="sessile.restart")
    project.window.until("another server", lambda: servers(project) not in ([], before))
    assert len(servers(project)) == 1
    project.expect(ALL)


def test_another_strategy_with_the_same_server_restarts_nothing(
    project: Project, configure: Callable[[str, object], None]
) -> None:
    project.expect(ALL)
    before = servers(project)
    configure("sessile.importStrategy", "useBundled")
    project.window.until(
        "a look", lambda: project.window.log().rstrip().endswith("The server that runs is the right one.")
    )
    assert servers(project) == before


def test_a_path_that_leads_nowhere_is_told(project: Project, configure: Callable[[str, object], None]) -> None:
    project.expect(ALL)
    configure("sessile.path", "/nowhere/sessile")
    told = project.window.until(
        "a message", lambda: [each for each in project.window.see("toasts") if "/nowhere/sessile" in each]
    )
    assert "Correct it, or clear it" in told[0]
    project.window.until("the end of the server", lambda: not servers(project))
    configure("sessile.path", None)
    project.window.until("the server", lambda: servers(project))
    project.expect(ALL)


def test_the_status_item(project: Project) -> None:
    project.expect(ALL)
    project.window.until("the counts", lambda: "Sessile: 2 errors, 1 warning" in (project.window.see("status") or ""))


def test_the_selected_interpreter_decides(project: Project) -> None:
    project.expect(ALL)
    (bundled,) = servers(project)
    project.window.ask("command", id="test.selectInterpreter", args=[sys.executable])
    project.window.until("another server", lambda: "Sessile in the selected interpreter" in project.window.log())
    project.window.until("the end of the bundled one", lambda: bundled not in servers(project))
    project.type(1, "import os")
    project.expect("SCOPE001:10 COMMIT001:15 DETACH002:23")
    assert f"{sys.executable} -I -m sessile.lsp" in project.window.log()
    project.window.ask("command", id="test.selectInterpreter")
    project.window.until("the bundled one", lambda: servers(project))


def test_status_and_debug_information(project: Project) -> None:
    project.expect(ALL)

    def information() -> str:
        project.open()  # the page took its tab, so that its findings are counted anew, and told a little later
        project.expect(ALL)
        time.sleep(1)
        project.window.ask("command", id="sessile.showDebugInformation")
        shown: str = project.window.ask("shown")["text"]
        assert "status: Sessile: 2 errors, 1 warning" in shown, shown
        return shown

    told = project.window.until("the status", information)
    assert "sessile: 0.1.0" in told
    assert "bundled, with the Python on PATH" in told
    assert "rename" not in told, "nothing of the code"


def test_explain_here(project: Project) -> None:
    project.expect(ALL)
    project.window.ask("cursor", at=[6, 9])
    project.window.ask("command", id="sessile.explainHere")
    project.window.until("the page", lambda: "Preview Explanation.md" in project.window.ask("tabs"))


def test_show_rule(project: Project) -> None:
    project.expect(ALL)
    project.window.ask("cursor", at=[8, 16])
    project.window.ask("begin", id="sessile.showRule")
    assert project.window.see("choices")[0].startswith("SCOPE001")
    project.window.see("choose", "SQL003")
    project.window.until("the page", lambda: "Preview SQL003.md" in project.window.ask("tabs"))


def test_fix_all_in_the_file_and_in_the_workspace(project: Project) -> None:
    for name in ("one.py", "two.py"):
        (project.window.folder / name).write_text(ROWS)
    project.open("one.py")
    project.expect("ROW003:7", "one.py")
    project.window.ask("command", id="sessile.fixFile")
    project.window.until("the fix", lambda: ".scalars()" in project.window.ask("text", file=project.path("one.py")))
    project.window.ask("command", id="sessile.fixWorkspace")
    project.window.until("the other", lambda: ".scalars()" in project.window.ask("text", file=project.path("two.py")))
    project.expect("", "one.py")
    project.expect("", "two.py")


def test_create_helpers(project: Project) -> None:
    project.expect(ALL)
    project.window.ask("command", id="sessile.createHelpersModule")
    shown = project.window.ask("shown")
    assert shown["uri"].endswith("/session_helpers.py")
    assert "def model_to_dict(" in shown["text"]


def test_every_command_of_the_palette_is_there(project: Project) -> None:
    from test_vscode_manifest import MANIFEST

    there = set(project.window.ask("commands", prefix="sessile."))
    assert {each["command"] for each in MANIFEST["contributes"]["commands"]} <= there
