"""A real VS Code with a folder open: code-server, shown by Chromium, with our extension as it is packaged.

`ask` speaks to VS Code's own interface through a test-only extension (`probe/`); `see` acts in the window as somebody
would (`page.mjs`). What only the window can tell is asked there, everything else of the interface.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CODE_SERVER = ROOT / ".environments" / "code-server" / "node_modules" / "code-server" / "out" / "node" / "entry.js"
INSTALLED = ROOT / ".environments" / "code-server" / "installed"
CHROMIUM = Path("/usr/bin/chromium")
EXTENSION = "sessile.sessile"
PATIENCE = 60.0
"""Seconds; only what fails takes so long."""
QUIET = {
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "extensions.autoCheckUpdates": False,
    "extensions.ignoreRecommendations": True,
    "git.enabled": False,
    "files.autoSave": "off",
    "security.workspace.trust.startupPrompt": "never",
    "security.workspace.trust.banner": "never",
}


def missing() -> str | None:
    """Why no window can be opened here, None if one can."""
    if INSTALLED.exists() and CHROMIUM.exists() and (ROOT / "node_modules" / "playwright-core").exists():
        return None
    return "VS Code is not installed: sh tests/editors/vscode/install"


class Window:
    """A context manager. `folder` is opened; `environment` is added to that of VS Code, None takes a name away."""

    def __init__(
        self,
        folder: Path,
        extensions: Sequence[Path],
        settings: Mapping[str, object] | None = None,
        *,
        trusted: bool = True,
        environment: Mapping[str, str | None] | None = None,
    ) -> None:
        self.folder = folder.resolve()
        self.home = Path(tempfile.mkdtemp(prefix="vsc"))  # short, since a socket's path has at most 107 bytes
        self._trusted = trusted
        self._processes: list[subprocess.Popen[bytes]] = []
        user = self.home / "u" / "User"
        user.mkdir(parents=True)
        trust = {"security.workspace.trust.enabled": not trusted}
        (user / "settings.json").write_text(json.dumps({**QUIET, **trust, **(settings or {})}))
        self._environment = _environment(self.home, environment or {})
        words = [word for each in extensions for word in ("--install-extension", str(each))]
        command = [*self._code_server(), *words]
        subprocess.run(command, env=self._environment, check=True, capture_output=True, timeout=180)

    def __enter__(self) -> Window:
        try:
            return self._open()
        except BaseException:
            self._close()
            raise

    def __exit__(self, *_: object) -> None:
        self._close()
        shutil.rmtree(self.home, ignore_errors=True)

    def _open(self) -> Window:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        flags = ["--auth", "none", "--bind-addr", f"127.0.0.1:{port}", "--disable-telemetry", "--disable-update-check"]
        trust = ["--disable-workspace-trust"] if self._trusted else []
        self._start([*self._code_server(), *flags, *trust], "server.log")
        health = f"http://127.0.0.1:{port}/healthz"
        self.until("code-server", lambda: urllib.request.urlopen(health, timeout=2).status == 200)
        page = ["node", str(HERE / "page.mjs"), f"http://127.0.0.1:{port}/?folder={self.folder}"]
        self._page = self._start(page, "page.log", talks=True)
        self.see("open")
        self.until("the extension host", lambda: self.ask("version"))
        return self

    def _close(self) -> None:
        for process in reversed(self._processes):
            if process.stdin:
                process.stdin.close()
            _end(process)

    def _code_server(self) -> list[str]:
        home = self.home
        directories = ["--user-data-dir", f"{home}/u", "--extensions-dir", f"{home}/e", "--config", f"{home}/c.yaml"]
        return ["node", str(CODE_SERVER), *directories]

    def _start(self, command: list[str], log: str, *, talks: bool = False) -> subprocess.Popen[bytes]:
        with open(self.home / log, "wb") as file:
            process = subprocess.Popen(
                command,
                env=self._environment,
                cwd=ROOT,
                stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
                stdout=subprocess.PIPE if talks else file,
                stderr=file,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def see(self, action: str, *words: object) -> Any:
        """Act in the window; AssertionError with what the browser says if that cannot be done."""
        assert self._page.stdin
        assert self._page.stdout
        self._page.stdin.write(json.dumps([action, *words]).encode() + b"\n")
        self._page.stdin.flush()
        line = self._page.stdout.readline()
        answer = json.loads(line) if line else {"error": (self.home / "page.log").read_text()}
        assert "error" not in answer, f"{action} {words}: {answer['error']}"
        return answer["ok"]

    def ask(self, operation: str, **words: object) -> Any:
        """Ask VS Code's interface; AssertionError with what it says if it cannot."""
        connection = _Unix(self._environment["SESSILE_PROBE"])
        connection.request("POST", "/", json.dumps({"op": operation, **words}))
        answer = json.loads(connection.getresponse().read())
        connection.close()
        assert "error" not in answer, f"{operation} {words}: {answer['error']}"
        return answer["ok"]

    def until(self, what: str, ask: Callable[[], Any]) -> Any:
        """The first answer that is not empty; AssertionError with the last one if none comes."""
        end, last = time.monotonic() + PATIENCE, None
        while time.monotonic() < end:
            try:
                last = ask()
            except (OSError, AssertionError) as error:
                last = error
            else:
                if last:
                    return last
            time.sleep(0.1)
        raise AssertionError(f"{what} did not come; last: {last!r}\n{self.log()}")

    def log(self) -> str:
        """What the extension wrote into its log in this window."""
        return "\n".join(each.read_text("utf-8", "replace") for each in sorted(self.home.rglob("*Sessile.log")))


def _end(process: subprocess.Popen[bytes]) -> None:
    """It and whatever it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


class _Unix(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _environment(home: Path, changes: Mapping[str, str | None]) -> dict[str, str]:
    """A Python on PATH, and none of what the tests themselves run in."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("VSCODE_", "npm_", "VIRTUAL_ENV"))
    }
    base = Path(sys.executable).resolve().parent
    path = [str(base), *(each for each in kept["PATH"].split(os.pathsep) if not each.startswith(sys.prefix))]
    own = {"HOME": str(home), "TMPDIR": str(home), "SESSILE_PROBE": str(home / "probe"), "PATH": os.pathsep.join(path)}
    asked = {**kept, **own, **changes}
    return {name: value for name, value in asked.items() if value is not None}
