"""Small trees of files to configure and to search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from pathlib import Path


class Tree(Protocol):
    def __call__(self, files: dict[str, str]) -> Path: ...


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Writes files, by their path relative to a fresh directory, which it returns."""
    root = tmp_path / "root"
    root.mkdir()

    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root

    return write
