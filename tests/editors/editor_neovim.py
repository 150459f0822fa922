"""A real Neovim without a window, asked through the socket that every Neovim has."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from editor import Editor
from editor_home import until
from editor_unpacked import Unpacked

from readme import setting

if TYPE_CHECKING:
    from editor_facts import Place
    from editor_home import Home

SCRIPT = Path(__file__).with_suffix(".lua")
SETTINGS = {(0, 11): "**Neovim** 0.11 and newer", (0, 7): "**Neovim** 0.7 to 0.10"}


class Neovim(Editor):
    """The one that is installed."""

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self.socket = home.root / "neovim.sock"
        init = home.root / "init.lua"
        init.write_text(f"{setting(self._phrase())}\ndofile({json.dumps(str(SCRIPT))})\n")
        command = [*self.command(), "--headless", "-n", "-i", "NONE", "-u", str(init), "--listen", str(self.socket)]
        self.process = subprocess.Popen(
            command,
            cwd=home.workspace,
            env={**home.environment, **self.environment()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until("Neovim", self.socket.exists)

    @classmethod
    def command(cls) -> list[str]:
        return ["nvim"]

    @classmethod
    def environment(cls) -> dict[str, str]:
        return {}

    @classmethod
    def missing(cls) -> str | None:
        return None if shutil.which("nvim") else "Neovim is not installed: sh tests/editors/run neovim"

    @classmethod
    @cache
    def _phrase(cls) -> str:
        run = [*cls.command(), "--version"]
        version = re.search(r"v(\d+)\.(\d+)", subprocess.run(run, capture_output=True, text=True, check=True).stdout)
        assert version
        return SETTINGS[(0, 11) if (int(version[1]), int(version[2])) >= (0, 11) else (0, 7)]

    def ask(self, *question: object) -> Any:
        quoted = json.dumps(question).replace("'", "''")
        expression = f"luaeval('Drive(_A)', '{quoted}')"
        command = [*self.command(), "--server", str(self.socket), "--remote-expr", expression]
        environment = {**self.home.environment, **self.environment()}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        ok, answer = json.loads(done.stdout or done.stderr)  # before 0.8 it writes to the latter
        assert ok, answer
        return answer

    def open(self, file: str) -> None:
        self.ask("open", str(self.home.workspace / file))
        until("the server", lambda: self.ask("running"))

    def shown(self) -> list[str]:
        return list(self.ask("shown"))

    def story(self, line: int) -> str:
        return str(self.ask("story", line))

    def hover(self, place: Place) -> str:
        self.ask("at", place.line, place.word)
        self.ask("hover")
        return str(until("hover", lambda: self.ask("floating")))

    def hints(self, line: int) -> str:
        return str(until("hints", lambda: self.ask("hints", line)))

    def choose(self, place: Place, title: str) -> None:
        self.ask("at", place.line, place.word)
        self.ask("choose", title)
        until("the menu", lambda: self.ask("menu"), lambda menu: any(each.startswith(title) for each in menu))

    def insert(self, line: int, text: str) -> None:
        self.ask("insert", line, text)

    def delete(self, line: int) -> None:
        self.ask("delete", line)

    def save(self) -> None:
        self.ask("save")

    def configure(self, settings: dict[str, object]) -> None:
        self.ask("configure", {"sessile": settings})

    def restart(self) -> None:
        until("the end of the server", lambda: not self.ask("running"))
        self.ask("restart")
        until("the server", lambda: self.ask("running"))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


class NewestNeovim(Neovim):
    """One that was unpacked by `sh tests/editors/run neovim-newest`."""

    unpacked = Unpacked("neovim-newest")

    @classmethod
    def command(cls) -> list[str]:
        return cls.unpacked.command("usr/bin/nvim")

    @classmethod
    def environment(cls) -> dict[str, str]:
        return {"VIMRUNTIME": str(cls.unpacked.folder / "usr/share/nvim/runtime")}

    @classmethod
    def missing(cls) -> str | None:
        return cls.unpacked.missing("usr/bin/nvim")
