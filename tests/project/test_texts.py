"""Which files mention a name, in workspaces of any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.project.texts import Texts
from sessile.project.workspace import Workspace
from sessile.text import Document

if TYPE_CHECKING:
    from pathlib import Path

MANY = 2_000


def test_a_name_is_a_word_of_its_own(tmp_path: Path) -> None:
    texts = {"a": b"find()", "b": b"find_all()", "c": b"# x.find", "d": "größe_find".encode(), "e": b"\xff find \xff"}
    for name, data in texts.items():
        (tmp_path / name).write_bytes(data)
    paths = [str(tmp_path / name) for name in texts]
    assert Texts([*paths, str(tmp_path / "gone")]).mentioning("find") == (paths[0], paths[2], paths[4])


def test_a_caller_among_thousands_of_files(tmp_path: Path) -> None:
    for number in range(MANY):
        (tmp_path / f"m{number:04}.py").write_text("x = 1\n")
    (tmp_path / "z.py").write_text("from m0000 import find\n\nfind()\n")
    found = Workspace(str(tmp_path)).mentions("find", str(tmp_path / "m0000.py"))
    assert [scope.name for scope in found or ()] == ["z"]


def test_an_open_text_counts_and_not_the_disks(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("find()\n")
    workspace = Workspace(str(tmp_path))
    workspace.open(Document(str(tmp_path / "a.py"), "other()\n"))
    workspace.open(Document(str(tmp_path / "new.py"), "find()\n"))
    assert [scope.name for scope in workspace.mentioning("find")] == ["new"]


def test_what_is_opened_as_the_disk_has_it_is_looked_up_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.py").write_text("find()\n")
    workspace = Workspace(str(tmp_path))
    for name in ("a", "b"):
        workspace.open(Document(str(tmp_path / f"{name}.py"), "find()\n"))
    assert [scope.name for scope in workspace.mentioning("find")] == ["a", "b"]
    assert workspace.differing() == {}
    workspace.open(Document(str(tmp_path / "a.py"), "other()\n"))
    assert [scope.name for scope in workspace.mentioning("find")] == ["b"]
    workspace.open(Document(str(tmp_path / "a.py"), "find()\n"))
    assert [scope.name for scope in workspace.mentioning("find")] == ["a", "b"]
