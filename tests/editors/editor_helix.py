"""A real Helix in a terminal: keys go in, and what it shows is read off the screen."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

from editor import Editor
from editor_home import until
from editor_unpacked import Unpacked

from readme import setting

if TYPE_CHECKING:
    from editor_facts import Place
    from editor_home import Home

CONFIG = """\
[editor]
auto-completion = false
auto-pairs = false
popup-border = "all"

[editor.lsp]
display-inlay-hints = true

[editor.inline-diagnostics]
cursor-line = "hint"
other-lines = "hint"
"""
LINE = re.compile(r"^(?P<mark>.).\s*(?P<number>\d+) ")
SAID = re.compile(r"[└├]─+(.*)")
LISTED = re.compile(r"│ [> ] (ERROR|WARN|INFO|HINT) +([A-Z]+\d*) +(.*?)│")
SEVERITIES = {"ERROR": "error", "WARN": "warning", "INFO": "information", "HINT": "hint"}


class Helix(Editor):
    """One that was unpacked by `sh tests/editors/run helix`."""

    unpacked = Unpacked("helix")

    def __init__(self, home: Home) -> None:
        from editor_terminal import Terminal

        super().__init__(home)
        self.settings = home.root / ".config" / "helix"
        self.settings.mkdir(parents=True)
        (self.settings / "config.toml").write_text(CONFIG)
        (self.settings / "languages.toml").write_text(setting("**Helix**, in `languages.toml`"))
        environment = {**home.environment, "HELIX_RUNTIME": str(self.unpacked.folder / "usr/lib/hx/runtime")}
        command = self.unpacked.command("usr/lib/hx/hx")
        self.terminal = Terminal(command, environment, home.workspace, rows=100, columns=250)
        until("Helix", lambda: "[scratch]" in self.terminal.text)

    @classmethod
    def missing(cls) -> str | None:
        return cls.unpacked.missing("usr/lib/hx/hx")

    def _type(self, *keys: str) -> None:
        """Each of them once what the one before did is on the screen."""
        for each in keys:
            self.terminal.press(each)
            before = ""
            while before != (before := self.terminal.text):
                time.sleep(0.25)

    def _at(self, place: Place) -> None:
        self._type(f":{place.line}\r", "gh", f"/{re.escape(place.word)}\r")

    def open(self, file: str) -> None:
        self.file = file
        self._type(f":open {file}\r")

    def shown(self) -> list[str]:
        """Lines and messages are in the text, severities and codes in the list of diagnostics."""
        texts = self._said()
        self._type(" d")
        listed = [match.groups() for line in self.terminal.lines if (match := LISTED.search(line))]
        self._type("\x1b")
        found = []
        for line, text in texts:
            match = next((each for each in listed if text.startswith(each[2].strip())), None)
            if match is None:
                return []  # the one or the other was not drawn yet
            listed.remove(match)
            found.append(f"{SEVERITIES[match[0]]} {match[1]} {line}")
        return found if not listed else []

    def _said(self) -> list[tuple[int, str]]:
        """The first line of each message in the text, and the number of the line above."""
        found, number = [], 0
        for line in self.terminal.lines:
            if match := LINE.match(line):
                number = int(match["number"])
            elif match := SAID.search(line):
                found.append((number, match[1]))
        return found

    def story(self, line: int) -> str:
        return "\n".join(self._drawn(line)[1:])

    def _drawn(self, line: int) -> list[str]:
        """A line of the file, and what is below it."""
        number, drawn = 0, []
        for each in self.terminal.lines:
            match = LINE.match(each)
            number = int(match["number"]) if match else number
            if number == line:
                drawn.append(each)
        return drawn

    def hover(self, place: Place) -> str:
        self._at(place)
        self._type(" k")
        text = until("hover", self._popup)
        self._type("\x1b")
        return text

    def _popup(self) -> str:
        return "\n".join(match[1] for line in self.terminal.lines if (match := re.search(r"│(.*)│", line)))

    def hints(self, line: int) -> str:
        """Helix asks for them when a file is opened or edited, not after another start of the server, and only if a key
        was pressed since that."""
        self._type(":buffer-close\r", f":open {self.file}\r")
        text = (self.home.read(self.file) or "").splitlines()[line - 1].strip()

        def told() -> str:
            self._type("\x1b")
            return "".join(self._drawn(line)[:1]).partition(text)[2]

        return until("hints", told)

    def choose(self, place: Place, title: str) -> None:
        self._at(place)
        self._type(" a")
        text = until("the menu", self._popup)
        (number,) = [n for n, line in enumerate(text.splitlines()) if line.strip().startswith(title)]
        self._type(*["\x1b[B"] * number, "\r")

    def insert(self, line: int, text: str) -> None:
        self._type(f":{line}\r", "O", "\x15", text, "\x1b")

    def delete(self, line: int) -> None:
        self._type(f":{line}\r", "xd")

    def save(self) -> None:
        self._type(":write-all\r")

    def configure(self, settings: dict[str, object]) -> None:
        """Helix tells a server its settings when it starts it."""
        values = ", ".join(f"{name} = {json.dumps(value)}" for name, value in settings.items())
        languages = self.settings / "languages.toml"
        command = 'command = "sessile"\n'
        languages.write_text(languages.read_text().replace(command, f"{command}config = {{ {values} }}\n"))
        self._type(":config-reload\r", ":lsp-restart\r")

    def restart(self) -> None:
        self._type(":lsp-restart\r")

    def close(self) -> None:
        self.terminal.close()
