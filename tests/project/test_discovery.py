"""Which files are found, in which order, and what is said of those that cannot be."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from sessile.project.discovery import discover
from sessile.project.failure import Failure
from sessile.project.resolver import Resolver

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Tree


def found(root: Path, *paths: str, force_exclude: bool = False) -> list[str]:
    """What is found, relative to the root; failures as `path: message`."""
    resolver = Resolver(str(root))
    each = discover([str(root / path) for path in paths or ["."]], resolver, force_exclude=force_exclude)
    return [
        f"{os.path.relpath(one.path, root)}: {one.message}"
        if isinstance(one, Failure)
        else os.path.relpath(one.path, root)
        for one in each
    ]


def test_python_files_in_the_order_of_their_names(tree: Tree) -> None:
    root = tree({"b.py": "", "a/z.py": "", "a.py": "", "c.txt": "", "c.pyi": "", "a-b/x.py": "", "B.py": ""})
    assert found(root) == ["B.py", "a/z.py", "a-b/x.py", "a.py", "b.py"]


@pytest.mark.parametrize(
    "name",
    [
        ".venv/x.py", "node_modules/a/x.py", "pkg/__pycache__/x.py", "build/x.py", "lib/site-packages/x.py",
        "migrations/versions/x.py", "app/alembic/versions/x.py", "store/db_migrations/versions/x.py",
        "database/revisions/tenant/versions/x.py",
    ],
)  # fmt: skip
def test_left_out_by_default(tree: Tree, name: str) -> None:
    assert found(tree({name: "", "x.py": ""})) == ["x.py"]


@pytest.mark.parametrize("name", ["tests/test_x.py", "migrations/env.py", "versions/x.py", "builder/x.py"])
def test_checked_by_default(tree: Tree, name: str) -> None:
    assert found(tree({name: ""})) == [name]


def test_exclude_replaces_and_extend_exclude_adds(tree: Tree) -> None:
    files = {"build/x.py": "", "gen/x.py": "", "x.py": ""}
    assert found(tree({**files, "sessile.toml": "exclude = ['/gen']"})) == ["build/x.py", "x.py"]
    assert found(tree({"sessile.toml": "extend-exclude = ['gen', '!build/']"})) == ["build/x.py", "x.py"]


def test_gitignore(tree: Tree) -> None:
    root = tree({".gitignore": "# made\ngen/\n*_pb2.py\n/top.py\r\n", "gen/x.py": "", "a/b_pb2.py": "", "top.py": ""})
    tree({"a/top.py": "", "a/x.py": ""})
    assert found(root) == ["a/top.py", "a/x.py"]


def test_the_nearest_gitignore_decides(tree: Tree) -> None:
    root = tree(
        {".gitignore": "*.py\n!keep.py\n", "a/.gitignore": "!x.py\n", "a/x.py": "", "a/y.py": "", "keep.py": ""}
    )
    assert found(root) == ["a/x.py", "keep.py"]


def test_gitignores_above_count_up_to_the_top_of_the_repository(tree: Tree) -> None:
    root = tree({".gitignore": "*.py", "repo/.gitignore": "gen.py", "repo/.git/HEAD": "", "repo/a/gen.py": ""})
    tree({"repo/a/x.py": "", "repo/.git/info/exclude": "mine.py", "repo/a/mine.py": ""})
    assert found(root, "repo/a") == ["repo/a/x.py"]


def test_a_file_that_is_named_is_taken(tree: Tree) -> None:
    root = tree({"build/x.py": "", ".gitignore": "y.py", "y.py": "", "script": "", "x.py": ""})
    assert found(root, "build/x.py", "y.py", "script") == ["build/x.py", "y.py", "script"]
    assert found(root, "build/x.py", "y.py", "x.py", force_exclude=True) == ["x.py"]


def test_a_directory_that_is_named_is_searched(tree: Tree) -> None:
    root = tree({"build/a/x.py": "", "build/node_modules/x.py": "", ".gitignore": "build\nz.py", "build/z.py": ""})
    assert found(root, "build") == ["build/a/x.py"]
    assert found(root, "build/a") == ["build/a/x.py"]
    assert found(root, "build", force_exclude=True) == []


def test_each_file_once(tree: Tree) -> None:
    root = tree({"a/x.py": "", "a/y.py": ""})
    assert found(root, "a/y.py", "a", "a/x.py", "a/../a/x.py") == ["a/y.py", "a/x.py"]


def test_a_missing_path_is_named_and_the_others_are_found(tree: Tree) -> None:
    root = tree({"x.py": ""})
    assert found(root, "none.py", "x.py") == ["none.py: cannot be read: no such file or directory", "x.py"]


def test_a_broken_configuration_is_named_once_and_the_others_are_found(tree: Tree) -> None:
    root = tree({"a/sessile.toml": "fix = 1", "a/x.py": "", "a/b/x.py": "", "a/c/sessile.toml": "", "a/c/x.py": ""})
    tree({"x.py": ""})
    assert found(root, ".", "a/x.py") == ["a/sessile.toml: `fix` must be true or false, not 1", "a/c/x.py", "x.py"]


def test_links(tree: Tree) -> None:
    root = tree({"a/x.py": "", "outside/y.py": ""})
    (root / "a" / "loop").symlink_to(root / "a", target_is_directory=True)
    (root / "a" / "twin.py").symlink_to("x.py")
    (root / "a" / "far.py").symlink_to(root / "outside" / "y.py")
    (root / "a" / ".#lock.py").symlink_to("nobody@nowhere")
    (root / "a" / "self.py").symlink_to("self.py")
    (root / "named").symlink_to(root / "outside", target_is_directory=True)
    assert found(root, "a") == ["a/far.py", "a/x.py"]
    assert found(root, "named") == ["named/y.py"]
    assert found(root, "a/self.py") == ["a/self.py: cannot be read: too many levels of symbolic links"]


def test_names_that_are_not_utf_8(tree: Tree) -> None:
    root = tree({".gitignore": "gen"})
    with open(os.path.join(os.fsencode(root), b"\xe9.py"), "wb"):
        pass
    assert found(root) == [os.fsdecode(b"\xe9.py")]


def test_what_vanishes_while_walking_is_passed_over(tree: Tree) -> None:
    root = tree({"a/x.py": "", "b/x.py": "", "c/x.py": ""})

    class Vanishing(Resolver):
        def settings_for(self, directory: str):  # type: ignore[no-untyped-def]
            if directory.endswith("b") and (root / "b").exists():
                (root / "b" / "x.py").unlink()
                (root / "b").rmdir()
            return super().settings_for(directory)

    assert [os.path.relpath(each.path, root) for each in discover([str(root)], Vanishing(str(root)))] == [
        "a/x.py",
        "c/x.py",
    ]
