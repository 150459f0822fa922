"""Editors newer than the system's: packages of another Debian, which `tests/editors/run` unpacks and does not install.

They bring their own C library, so they are started by its loader; what they start is started by the system's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import environments


@dataclass(frozen=True)
class Unpacked:
    """The packages of one editor."""

    name: str

    @property
    def folder(self) -> Path:
        return environments.folder() / "editors" / self.name

    def command(self, program: str) -> list[str]:
        """How to start a program of these packages."""
        (libraries,) = {path.parent for path in (self.folder / "usr" / "lib").glob("*-linux-gnu/ld-linux-*")}
        (loader,) = libraries.glob("ld-linux-*")
        return [str(loader), "--library-path", str(libraries), str(self.folder / program)]

    def missing(self, program: str) -> str | None:
        """Why the program is not there; None if it is."""
        if (self.folder / program).exists():
            return None
        return f"not in {Path('.environments') / 'editors'}: sh tests/editors/run {self.name}"
