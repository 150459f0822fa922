"""A real VS Code with the packaged extension, asked through its own interface: see `vscode/vscode_window.py`.

Opening a window takes seconds, so all tests share one, and the shop in it is made anew for each.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from editor import Editor
from editor_home import SHOP, Home, until

sys.path.append(str(Path(__file__).parent / "vscode"))

from vscode_packages import package
from vscode_window import Window, missing

if TYPE_CHECKING:
    from editor_facts import Place


class VSCode(Editor):
    """`_window` is open on the workspace of `_home`."""

    _home: ClassVar[Home | None] = None
    _window: ClassVar[Window | None] = None

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self.file = ""
        self.changed: set[str] = set()
        if VSCode._window is None:
            with tempfile.TemporaryDirectory() as folder:
                settings = {"sessile.path": str(home.programs / "sessile")}
                window = Window(home.workspace, package(Path(folder)), settings)
            VSCode._window = window.__enter__()
        self.window = VSCode._window

    @classmethod
    def missing(cls) -> str | None:
        return missing()

    @classmethod
    def home_for(cls) -> Home:
        if VSCode._home is None:
            VSCode._home = Home.build()
        return VSCode._home

    @classmethod
    def leave(cls, home: Home) -> None:
        """The same folder is used again, with the shop as it was."""
        shutil.rmtree(home.workspace / "shop")
        shutil.copytree(SHOP, home.workspace / "shop", ignore=shutil.ignore_patterns("__pycache__", "*.db"))
        (home.workspace / "sessile.toml").write_text("")

    @classmethod
    def end(cls) -> None:
        """Close the window."""
        if VSCode._window is not None:
            VSCode._window.__exit__()
        if VSCode._home is not None:
            VSCode._home.remove()

    def open(self, file: str) -> None:
        self.file = str(self.home.workspace / file)
        self.window.ask("open", file=self.file)

    def shown(self) -> list[str]:
        found = [each for each in self.window.ask("diagnostics", file=self.file) if each["source"] == "sessile"]
        found.sort(key=lambda each: each["range"])
        return [f"{each['severity'].lower()} {each['code']} {each['range'][0] + 1}" for each in found]

    def story(self, line: int) -> str:
        told = [each for each in self.window.ask("diagnostics", file=self.file) if each["range"][0] == line - 1]
        steps = [f"{step['file']} {step['message']}" for each in told for step in each["story"]]
        return "\n".join([*(each["message"] for each in told), *steps])

    def hover(self, place: Place) -> str:
        return str(self.window.ask("hover", file=self.file, at=self._at(place)))

    def hints(self, line: int) -> str:
        whole = [0, 0, 1000, 0]

        def told() -> str:
            found = self.window.ask("hints", file=self.file, range=whole)
            return " ".join(each["label"] for each in found if each["at"][0] == line - 1)

        return until("hints", told)

    def choose(self, place: Place, title: str) -> None:
        at = self._at(place)
        assert self.window.ask("apply", file=self.file, range=[*at, *at], title=title)

    def insert(self, line: int, text: str) -> None:
        self._edit([line - 1, 0, line - 1, 0], f"{text}\n")

    def delete(self, line: int) -> None:
        self._edit([line - 1, 0, line, 0], "")

    def save(self) -> None:
        until("that all is saved", lambda: self.window.ask("save") and not self.window.ask("dirty"))

    def configure(self, settings: dict[str, object]) -> None:
        for name, value in settings.items():
            self.changed.add(f"sessile.{name}")
            self.window.ask("configure", key=f"sessile.{name}", value=value)

    def restart(self) -> None:
        """It does so by itself."""

    def close(self) -> None:
        for key in self.changed:
            self.window.ask("configure", key=key, value=None)
        self.window.ask("revert")

    def _at(self, place: Place) -> list[int]:
        """Where a word begins, in VS Code's units."""
        line = self.window.ask("text", file=self.file).splitlines()[place.line - 1]
        return [place.line - 1, len(line[: line.index(place.word)].encode("utf-16-le")) // 2]

    def _edit(self, place: list[int], text: str) -> None:
        assert self.window.ask("edit", file=self.file, range=place, text=text)
