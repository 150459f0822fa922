"""The extension as it is packaged from this tree, and a window with a small project in it.

All tests share two windows, since opening one takes seconds; each begins with the project's files as they were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from vscode_packages import package, python_extension
from vscode_project import Project, write_files
from vscode_window import Window, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def extensions(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Our extension and the probe as VSIX files."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    return package(tmp_path_factory.mktemp("probe"))


@pytest.fixture(scope="session")
def window(extensions: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """A trusted window, on the bundled server, with no interpreter selected."""
    folder = tmp_path_factory.mktemp("project")
    write_files(folder)
    python = python_extension(tmp_path_factory.mktemp("python"))
    with Window(folder, [*extensions, python]) as opened:
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
