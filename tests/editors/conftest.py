"""Brings each editor up on the example shop: all of them, or those that SESSILE_EDITORS names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from editor_emacs import Emacs
from editor_facts import EDITORS
from editor_helix import Helix
from editor_home import Home
from editor_neovim import Neovim, NewestNeovim
from editor_vim import Vim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from editor import Editor

DRIVERS: dict[str, type[Editor]] = {
    "neovim": Neovim,
    "neovim-newest": NewestNeovim,
    "emacs": Emacs,
    "vim": Vim,
    "helix": Helix,
}


@pytest.fixture(params=os.environ.get("SESSILE_EDITORS", "").split() or EDITORS)
def editor(request: pytest.FixtureRequest) -> Iterator[Editor]:
    """Skips what the machine has not."""
    driver = DRIVERS[request.param]
    if reason := driver.missing():
        pytest.skip(reason)
    home = Home.build()
    try:
        running = driver(home)
        try:
            yield running
        finally:
            running.close()
    finally:
        home.remove()
