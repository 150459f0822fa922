"""A real Emacs with eglot, in a terminal, asked by `emacsclient`."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from editor import Editor
from editor_home import until

from readme import setting

if TYPE_CHECKING:
    from editor_facts import Place
    from editor_home import Home

SCRIPT = Path(__file__).with_suffix(".el")
PACKAGES = "(progn (require 'package) (unless (require 'eglot nil t) (package-initialize)) (require 'eglot))"


class Emacs(Editor):
    """Its flymake knows errors, warnings and notes."""

    severities: ClassVar = {"information": "note", "hint": "note"}

    def __init__(self, home: Home) -> None:
        from editor_terminal import Terminal

        super().__init__(home)
        self.socket = home.root / "emacs.sock"
        init = home.root / "init.el"
        init.write_text(f";;; -*- lexical-binding: t -*-\n{PACKAGES}\n{setting('**Emacs** with eglot')}\n")
        command = ["emacs", "-nw", "-q", "-l", str(init), "-l", str(SCRIPT)]
        environment = {**home.environment, "DRIVE_FOLDER": str(home.root)}
        self.terminal = Terminal(command, environment, home.workspace, rows=60, columns=160)
        until("Emacs", self.socket.exists)

    @classmethod
    @cache
    def missing(cls) -> str | None:
        emacs = shutil.which("emacs")
        command = [emacs or "", "--batch", "--eval", PACKAGES]
        if emacs and subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return None
        return "Emacs with eglot is not installed: sh tests/editors/run emacs"

    def ask(self, *question: object) -> Any:
        answer = self.home.root / "answer.json"
        lisp = f"(drive-answer {json.dumps(str(answer))} '({' '.join(map(_lisp, question))}))"
        command = ["emacsclient", "-s", str(self.socket), "-e", lisp]
        done = subprocess.run(command, env=self.home.environment, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, (done.stderr, self.terminal.text)
        ok, value = json.loads(answer.read_text())
        assert ok, value
        return value

    def open(self, file: str) -> None:
        self.ask("open", str(self.home.workspace / file))
        self.terminal.press("\x0c")  # eglot starts after a command
        until("the server", lambda: self.ask("running"))

    def shown(self) -> list[str]:
        return list(self.ask("shown"))

    def story(self, line: int) -> str:
        return str(self.ask("story", line))

    def hover(self, place: Place) -> str:
        self.ask("at", place.line, place.word)
        self.ask("ask-hover")
        return str(until("hover", lambda: self.ask("hover")))

    def hints(self, line: int) -> str:
        raise NotImplementedError("it shows none")

    def choose(self, place: Place, title: str) -> None:
        self.ask("at", place.line, place.word)
        self.ask("choose", title)

    def insert(self, line: int, text: str) -> None:
        self.ask("insert", line, text)

    def delete(self, line: int) -> None:
        self.ask("delete", line)

    def save(self) -> None:
        self.ask("save")

    def configure(self, settings: dict[str, object]) -> None:
        assert list(settings) == ["ignore"]
        self.ask("configure", settings["ignore"])

    def restart(self) -> None:
        """Eglot does so by itself, if the server lived for a while."""
        until("the server", lambda: self.ask("running"))

    def close(self) -> None:
        self.terminal.close()


def _lisp(value: object) -> str:
    if isinstance(value, list):
        return f"({' '.join(map(_lisp, value))})"
    return json.dumps(value, ensure_ascii=False)
