"""Brings each editor up on the example shop: all of them, or those that SESSILE_EDITORS names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from editor_emacs import Emacs
from editor_facts import EDITORS
from editor_helix import Helix
from editor_neovim import Neovim, NewestNeovim
from editor_vim import Vim
from editor_vscode import VSCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from editor import Editor

DRIVERS: dict[str, type[Editor]] = {
    "neovim": Neovim,
    "neovim-newest": NewestNeovim,
    "emacs": Emacs,
    "vim": Vim,
    "helix": Helix,
    "vscode": VSCode,
}


@pytest.fixture(params=os.environ.get("SESSILE_EDITORS", "").split() or EDITORS)
def editor(request: pytest.FixtureRequest) -> Iterator[Editor]:
    """Skips what the machine has not."""
    driver = DRIVERS[request.param]
    if reason := driver.missing():
        pytest.skip(reason)
    home = driver.home_for()
    try:
        running = driver(home)
        running.name = request.param
        try:
            yield running
        finally:
            running.close()
    finally:
        driver.leave(home)


@pytest.fixture(scope="session", autouse=True)
def windows() -> Iterator[None]:
    """The window of VS Code, which its tests share, is closed in the end."""
    yield
    VSCode.end()
