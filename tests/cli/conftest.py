"""Projects in a fresh directory, and the command line run in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from toy import toy_tools

from sessile.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

    from sessile.cli.tools import Tools


@dataclass(frozen=True)
class Outcome:
    """What a command line left behind."""

    code: int
    out: str
    err: str


class Shell:
    """A directory that commands are run in, with the toy engine unless other tools are given (None: the real ones)."""

    def __init__(self, root: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.tools: Tools | None = toy_tools()
        self._capture = capture

    def write(self, files: dict[str, str | bytes]) -> None:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def run(self, *words: str) -> Outcome:
        """Run `sessile` with these words."""
        self._capture.readouterr()
        code = main(words, self.tools)
        out, err = self._capture.readouterr()
        return Outcome(code, out, err)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    root = tmp_path / "root"
    root.mkdir()
    monkeypatch.chdir(root)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return Shell(root, capsys)
