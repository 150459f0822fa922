"""The nearest configuration upwards holds, and is read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sessile.project.configuration import ConfigurationError
from sessile.project.resolver import Resolver
from sessile.project.settings import Overrides

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Tree

ON = "[tool.sessile]\n"


def check(root: Path, directory: str, origin: str | None, base: str = ".") -> None:
    """In a directory the settings are those of `origin`, and relate to `base`."""
    settings = Resolver(str(root)).settings_for(str(root / directory))
    assert settings.origin == (str(root / origin) if origin else None)
    assert settings.root == str((root / base).resolve())


def test_the_nearest_configuration_upwards(tree: Tree) -> None:
    root = tree({"pyproject.toml": ON, "a/pyproject.toml": ON, "a/b/c/x.py": "", "d/x.py": ""})
    check(root, "a/b/c", "a/pyproject.toml", "a")
    check(root, "d", "pyproject.toml")


def test_a_pyproject_of_others_is_passed_over(tree: Tree) -> None:
    check(tree({"pyproject.toml": ON, "a/pyproject.toml": "[tool.ruff]\n"}), "a", "pyproject.toml")


def test_sessile_toml_wins_in_one_directory_only(tree: Tree) -> None:
    root = tree({"pyproject.toml": ON, "sessile.toml": "", "a/pyproject.toml": ON})
    check(root, ".", "sessile.toml")
    check(root, "a", "a/pyproject.toml", "a")


def test_without_a_configuration_the_project_is_the_root(tree: Tree) -> None:
    root = tree({"x.py": "", "a/setup.py": "", "a/src/b/x.py": ""})
    check(root, "a/src/b", None, "a")
    check(root, ".", None)


def test_a_module_called_setup_begins_no_project(tree: Tree) -> None:
    root = tree({"pyproject.toml": "", "a/__init__.py": "", "a/setup.py": "", "a/b/x.py": ""})
    check(root, "a/b", None, ".")


def test_directories_of_one_configuration_share_their_settings(tree: Tree) -> None:
    root = tree({"pyproject.toml": ON, "a/x.py": "", "b/x.py": ""})
    resolver = Resolver(str(root), Overrides(fix=True))
    first, second = (resolver.settings_for(str(root / name)) for name in "ab")
    assert first is second
    assert first.fix


def test_an_explicit_configuration_holds_everywhere_and_relates_to_the_directory(tree: Tree) -> None:
    root = tree({"pyproject.toml": ON, "a/pyproject.toml": ON, "ci/strict.toml": "fix = true\n"})
    settings = Resolver(str(root), explicit=str(root / "ci/strict.toml")).settings_for(str(root / "a"))
    assert (settings.fix, settings.root, settings.origin) == (True, str(root), str(root / "ci/strict.toml"))


def test_an_explicit_configuration_must_be_one(tree: Tree) -> None:
    root = tree({"pyproject.toml": ""})
    with pytest.raises(ConfigurationError, match=r"it has no table \[tool\.sessile\]"):
        Resolver(str(root), explicit=str(root / "pyproject.toml")).settings_for(str(root))
    with pytest.raises(ConfigurationError, match="it cannot be read: no such file"):
        Resolver(str(root), explicit=str(root / "none.toml")).settings_for(str(root))


def test_isolated_reads_nothing(tree: Tree) -> None:
    root = tree({"pyproject.toml": "not toml"})
    assert Resolver(str(root), isolated=True).settings_for(str(root)).origin is None


def test_a_broken_configuration_holds_below_it_too(tree: Tree) -> None:
    root = tree({"pyproject.toml": "not toml", "a/b/x.py": "", "c/sessile.toml": ""})
    resolver = Resolver(str(root))
    with pytest.raises(ConfigurationError):
        resolver.settings_for(str(root / "a" / "b"))
    assert resolver.settings_for(str(root / "c")).origin
