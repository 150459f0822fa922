"""What somebody sees and does in VS Code, on the server that the extension brings along."""

from __future__ import annotations

import json
from functools import partial
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


def test_inlay_hints_for_those_who_want_them(project: Project, configure: Callable[[str, object], None]) -> None:
    project.expect(ALL)
    assert project.hints() == {}
    configure("sessile.inlayHints", True)
    wanted = {8: "user: detached, all columns expired", 21: "user: expired", 22: "user: detached, all columns expired"}
    project.window.until("the hints", lambda: project.hints() == wanted)
    (hint,) = [each for each in project.all_hints() if each["at"][0] == 7]
    assert "expired by the commit at line 8" in hint["tooltip"]
    project.type(1, "import os")
    project.window.until("them further down", lambda: project.hints() == {each + 1: wanted[each] for each in wanted})


def test_the_window_shows_inlay_hints(project: Project, configure: Callable[[str, object], None]) -> None:
    configure("sessile.inlayHints", True)
    project.expect(ALL)
    project.window.until(
        "the hints", lambda: "user: detached, all columns expired" in " ".join(project.window.see("hints"))
    )


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


def test_hover_and_completion_in_both_configuration_files(project: Project) -> None:
    project.expect(ALL)
    for name, head in (("sessile.toml", ""), ("pyproject.toml", "[tool.sessile]\n")):
        path = project.window.folder / name
        path.write_text(f'{head}ignore = [""]\n')
        project.open(name)
        line = head.count("\n")
        ask = partial(project.window.ask, file=str(path))
        hover = project.window.until("the option", lambda ask=ask, line=line: ask("hover", at=[line, 2]))
        assert "The rules that are off" in hover
        codes = project.window.until("codes", lambda ask=ask, line=line: ask("completions", at=[line, 11]))
        assert {"SCOPE", "SCOPE001"} <= set(codes)
        project.window.ask("edit", file=str(path), range=[line, 11, line, 11], text="NOPE999")
        project.expect(f"configuration:{line + 1}", name)
        project.window.ask("revert")
        path.write_text("")


def test_a_notebook(project: Project) -> None:
    cells = ["from models import Factory, User\nfrom sqlalchemy import select\nsession = Factory()"]
    cells += ["%time\ndef first():\n    with Factory() as own:\n        return own.execute(select(User)).first().name"]
    cells += ["user = session.get_one(User, 1)\nsession.commit()\nsession.close()\n", "user.name\n"]
    written = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": each} for each in cells
    ]
    python = {"language_info": {"name": "python"}}
    path = project.window.folder / "book.ipynb"
    path.write_text(json.dumps({"cells": written, "metadata": python, "nbformat": 4, "nbformat_minor": 5}))
    show = partial(project.window.ask, "notebook", file=str(path))
    uris = show(cell=1)
    project.expect("ROW003:4", uris[1])
    show(cell=3)
    project.expect("SCOPE001:1", uris[3])
    (finding,) = project.findings(uris[3])
    assert [step["range"][0] + 1 for step in finding["story"]] == [1, 2, 3]
    show(cell=1)
    project.expect("ROW003:4", uris[1])
    place = project.place("ROW003", uris[1])
    assert project.window.ask("apply", file=uris[1], range=place, title="Insert `.scalars()` before `.first()`")
    assert "own.execute(select(User)).scalars().first().name" in project.window.ask("text", file=uris[1])
    project.expect("", uris[1])


def test_findings_of_files_that_are_not_open(project: Project, configure: Callable[[str, object], None]) -> None:
    project.expect(ALL)
    (project.window.folder / "other.py").write_text(project.saved())
    configure("sessile.diagnosticMode", "workspace")
    project.expect(ALL, "other.py")


def test_a_file_that_is_not_saved_yet(project: Project) -> None:
    uri = project.window.ask("untitled", text=project.saved())
    project.expect(ALL, uri)


def test_fix_all_on_save(project: Project, configure: Callable[[str, object], None]) -> None:
    (project.window.folder / "rows.py").write_text(ROWS)
    configure("editor.codeActionsOnSave", {"source.fixAll.sessile": "always"})
    project.open("rows.py")
    project.expect("ROW003:7", "rows.py")
    project.type(1, "# somebody typed this", "rows.py")
    project.expect("ROW003:8", "rows.py")
    project.window.ask("command", id="workbench.action.files.save")
    assert ".scalars().first()" in project.saved("rows.py")
