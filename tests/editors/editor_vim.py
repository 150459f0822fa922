"""A real Vim with ALE, in a terminal, asked through a channel that it opens."""

from __future__ import annotations

import contextlib
import itertools
import json
import shutil
import socket
import subprocess
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from editor import Editor
from editor_home import PATIENCE, until

from readme import setting

if TYPE_CHECKING:
    from editor_facts import Place
    from editor_home import Home

SCRIPT = Path(__file__).with_suffix(".vim")
ALE = Path("/usr/share/vim-ale")
INIT = f"""\
set nocompatible nomore hidden noswapfile viminfo=
set runtimepath=$HOME/.vim,{ALE},$VIMRUNTIME
filetype plugin on
"""


class Vim(Editor):
    """ALE shows what is information, or a hint, as a warning."""

    severities: ClassVar = {"information": "warning", "hint": "warning"}

    def __init__(self, home: Home) -> None:
        from editor_terminal import Terminal

        super().__init__(home)
        linter = home.root / ".vim" / "ale_linters" / "python" / "sessile.vim"
        linter.parent.mkdir(parents=True)
        linter.write_text(setting("`~/.vim/ale_linters/python/sessile.vim`"))
        init = home.root / "vimrc"
        init.write_text(f"{INIT}{setting('in your `vimrc`')}source {SCRIPT}\n")
        self._numbers = itertools.count(1)
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as server:
            server.settimeout(PATIENCE)
            environment = {**home.environment, "DRIVE_PORT": str(server.getsockname()[1])}
            self.terminal = Terminal(["vim", "-u", str(init)], environment, home.workspace, rows=60, columns=160)
            self.channel, _ = server.accept()
        self.channel.settimeout(PATIENCE)

    @classmethod
    @cache
    def missing(cls) -> str | None:
        vim = shutil.which("vim")
        features = subprocess.run([vim, "--version"], capture_output=True, text=True, check=False).stdout if vim else ""
        if "+channel" in features and ALE.is_dir():
            return None
        return "Vim with channels and ALE is not installed: sh tests/editors/run vim"

    def ask(self, name: str, *arguments: object) -> Any:
        number = -next(self._numbers)
        self.channel.sendall(json.dumps(["call", "Drive", [name, arguments], number]).encode())
        received = b""
        while True:
            received += self.channel.recv(65536)
            with contextlib.suppress(json.JSONDecodeError):
                answered, (ok, value) = json.loads(received)
                break
        assert answered == number
        assert ok, value
        return value

    def open(self, file: str) -> None:
        self.ask("open", str(self.home.workspace / file))
        self._wake()

    def _wake(self) -> None:
        """Vim looks whether a text changed before it waits for a key. ALE tells the server a little later, and not at
        all if another buffer is entered before."""
        self.terminal.press("\x1b")
        time.sleep(0.5)

    def shown(self) -> list[str]:
        return list(self.ask("shown"))

    def story(self, line: int) -> str:
        return str(self.ask("story", line))

    def hover(self, place: Place) -> str:
        self.ask("at", place.line, place.word)
        self.ask("ask_hover")
        return str(until("hover", lambda: self.ask("hover")))

    def hints(self, line: int) -> str:
        raise NotImplementedError("it shows none")

    def choose(self, place: Place, title: str) -> None:
        self.ask("at", place.line, place.word)
        self.ask("choose", title)
        until("the menu", lambda: self.ask("menu"), lambda menu: any(each.startswith(title) for each in menu))
        self._wake()

    def insert(self, line: int, text: str) -> None:
        self.ask("insert", line, text)
        self._wake()

    def delete(self, line: int) -> None:
        self.ask("delete", line)
        self._wake()

    def save(self) -> None:
        self.ask("save")

    def configure(self, settings: dict[str, object]) -> None:
        self.ask("configure", {"sessile": settings})

    def restart(self) -> None:
        """The next time that ALE lints it starts the server."""
        self.ask("lint")

    def close(self) -> None:
        self.channel.close()
        self.terminal.close()
