"""What somebody sees and does in VS Code, on the server that the extension brings along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vscode_project import ALL, ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from vscode_project import Project


def test_findings_and_their_story(project: Project) -> None:
    project.expect(ALL)
    first, _, last = project.findings()
    assert (first["severity"], last["severity"]) == ("Error", "Warning")
    assert "DetachedInstanceError" in first["message"]
    assert [each["range"][0] + 1 for each in first["story"]] == [6, 8, 5]
    assert {each["file"] for each in first["story"]} == {project.path()}


def test_a_quick_fix_changes_the_saved_file(project: Project) -> None:
    project.expect(ALL)
    project.fix("COMMIT001", "Commit before the session ends")
    assert "        session.add(User(name=name))\n        session.commit()\n\n" in project.saved()
    project.expect("SCOPE001:9 DETACH002:23")


def test_a_fix_imports_and_creates_the_helpers(project: Project) -> None:
    project.expect(ALL)
    title = next(each for each in project.titles("DETACH002") if "model_to_dict" in each)
    project.fix("DETACH002", title)
    assert "from session_helpers import model_to_dict\n" in project.saved()
    assert "return model_to_dict(user)" in project.saved()
    project.save_until("session_helpers.py", "def model_to_dict(")
    project.expect("SCOPE001:12 COMMIT001:17")


def test_a_suppression_is_written_and_taken_back(project: Project) -> None:
    project.expect(ALL)
    project.fix("SCOPE001", "Ignore SCOPE001 for this line")
    assert "    return user.name  # sessile: ignore[SCOPE001]\n" in project.saved()
    project.expect("COMMIT001:14 DETACH002:22")


def test_hover_on_a_rule_and_on_an_object(project: Project) -> None:
    project.expect(ALL)
    rule = project.window.ask("hover", file=project.path(), at=[8, 16])
    assert "SCOPE001" in rule
    assert "DetachedInstanceError" in rule
    known = project.window.ask("hover", file=project.path(), at=[6, 9])
    assert "User" in known
    assert "SCOPE001" not in known


def test_typing_what_is_broken_for_a_while(project: Project) -> None:
    project.expect(ALL)
    project.type(8, "        session.")
    project.expect("SYNTAX:8 SCOPE001:10 COMMIT001:15 DETACH002:23")
    project.type(1, "import os")
    project.expect("SYNTAX:9 SCOPE001:11 COMMIT001:16 DETACH002:24")


def test_another_file_changes_the_verdict(project: Project) -> None:
    project.expect(ALL)
    project.open("models.py")
    line = project.saved("models.py").splitlines().index('Factory = sessionmaker(create_engine("sqlite://"))')
    place = [line, 0, line + 1, 0]
    text = 'Factory = sessionmaker(create_engine("sqlite://"), expire_on_commit=False)\n'
    assert project.window.ask("edit", file=project.path("models.py"), range=place, text=text)
    project.expect("COMMIT001:14")


def test_a_setting_counts_at_once(project: Project, configure: Callable[[str, object], None]) -> None:
    project.expect(ALL)
    configure("sessile.ignore", ["SCOPE", "DETACH"])
    project.expect("COMMIT001:14")
    configure("sessile.enable", False)
    project.expect("")


def test_the_projects_configuration_counts_at_once(project: Project) -> None:
    project.expect(ALL)
    (project.window.folder / "sessile.toml").write_text('ignore = ["SCOPE"]\n')
    project.expect("COMMIT001:14 DETACH002:22")


def test_a_mistake_in_the_configuration_is_shown_there(project: Project) -> None:
    project.expect(ALL)
    project.open("sessile.toml")
    project.type(1, 'ignore = ["NOPE999"]', "sessile.toml")
    project.window.ask("save")
    project.expect("configuration:1", "sessile.toml")
    assert project.codes() == ALL, "the last good settings hold"


def test_findings_of_files_that_are_not_open(project: Project, configure: Callable[[str, object], None]) -> None:
    project.expect(ALL)
    (project.window.folder / "other.py").write_text(project.saved())
    configure("sessile.diagnosticMode", "workspace")
    project.expect(ALL, "other.py")


def test_a_file_that_is_not_saved_yet(project: Project) -> None:
    """What the file's own code says; what hangs on callers in other files comes later."""
    uri = project.window.ask("untitled", text=project.saved())
    own = [each for each in ALL.split() if not each.startswith("DETACH")]
    project.window.until("its own findings", lambda: set(own) <= set(project.codes(uri).split()))


def test_fix_all_on_save(project: Project, configure: Callable[[str, object], None]) -> None:
    (project.window.folder / "rows.py").write_text(ROWS)
    configure("editor.codeActionsOnSave", {"source.fixAll.sessile": "always"})
    project.open("rows.py")
    project.expect("ROW003:7", "rows.py")
    project.type(1, "# somebody typed this", "rows.py")
    project.expect("ROW003:8", "rows.py")
    project.window.ask("command", id="workbench.action.files.save")
    assert ".scalars().first()" in project.saved("rows.py")
