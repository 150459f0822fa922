"""A language client for measuring: as little of its own time as possible, whole process trees, every server alike.

Diagnostics count only if they answer the very version of the text that was sent last: by pull where the server offers
it and it is asked for, else by push (for servers that send no version, the first push after the edit).
"""

from __future__ import annotations

import json
import os
import queue
import shlex
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Message = dict[str, Any]
PATIENCE = 120.0
"""Seconds until an answer counts as missing."""


class Missing(Exception):
    """The server did not answer in time, or ended."""


def capabilities(*, pull: bool) -> Message:
    """What a modern editor can do."""
    diagnostics = {
        "relatedInformation": True,
        "versionSupport": True,
        "codeDescriptionSupport": True,
        "dataSupport": True,
    }
    document: Message = {
        "synchronization": {"didSave": True},
        "publishDiagnostics": diagnostics,
        "hover": {"contentFormat": ["markdown"]},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source", "refactor"]}},
            "resolveSupport": {"properties": ["edit"]},
            "dataSupport": True,
        },
    }
    if pull:
        document["diagnostic"] = {"dynamicRegistration": False, "relatedDocumentSupport": True}
    return {
        "general": {"positionEncodings": ["utf-16"]},
        "window": {"workDoneProgress": True},
        "workspace": {
            "configuration": True,
            "workspaceFolders": True,
            "didChangeConfiguration": {},
            "diagnostics": {"refreshSupport": True},
        },
        "textDocument": document,
    }


class Client:
    """One running server. Times are seconds."""

    def __init__(self, name: str, command: str, root: Path, *, pull: bool = False) -> None:
        self.name, self.root = name, root
        self.started = time.perf_counter()
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `stop`
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(shlex.split(command), stdin=pipe, stdout=pipe, stderr=self.errors, cwd=root)
        self._inbox: queue.Queue[Message | None] = queue.Queue()
        self._last_id = 0
        threading.Thread(target=self._read, daemon=True).start()
        self._initialize(pull)

    def _initialize(self, pull: bool) -> None:
        uri = self.root.as_uri()
        params = {
            "processId": os.getpid(),
            "rootUri": uri,
            "capabilities": capabilities(pull=pull),
            "initializationOptions": {},
            "workspaceFolders": [{"uri": uri, "name": "benchmark"}],
        }
        offered = self.request("initialize", params)["capabilities"]
        self.initialized_after = time.perf_counter() - self.started
        self.notify("initialized", {})
        sync = offered.get("textDocumentSync")
        self.incremental = (sync.get("change") if isinstance(sync, dict) else sync) == 2
        self.pulls = pull and bool(offered.get("diagnosticProvider"))

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream
        while True:
            length = None
            while (line := stream.readline().strip()) or length is None:
                if not line:
                    self._inbox.put(None)
                    return
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            self._inbox.put(json.loads(stream.read(length)))

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def notify(self, method: str, params: object) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def request(self, method: str, params: object, patience: float = PATIENCE) -> Any:
        """The result of a request; Missing if there is none in time."""
        self._last_id += 1
        number = self._last_id
        self._send({"id": number, "method": method, "params": params})
        reply = self._wait(lambda message: message.get("id") == number and "method" not in message, patience)
        if "error" in reply:
            raise Missing(f"{self.name} refused {method}: {reply['error']}")
        return reply["result"]

    def _wait(self, wanted: Callable[[Message], bool], patience: float) -> Message:
        end = time.perf_counter() + patience
        while True:
            try:
                message = self._inbox.get(timeout=max(end - time.perf_counter(), 0.001))
            except queue.Empty:
                raise Missing(f"{self.name} did not answer in {patience} s") from None
            if message is None:
                raise Missing(f"{self.name} ended: {self._complaints()}")
            if "method" in message and "id" in message:
                asked = message.get("params") or {}
                nothing = [None] * len(asked["items"]) if message["method"] == "workspace/configuration" else None
                self._send({"id": message["id"], "result": nothing})
            elif wanted(message):
                return message

    def _complaints(self) -> str:
        self.errors.seek(0)
        return self.errors.read()[-2000:].decode(errors="replace")

    def open(self, uri: str, text: str) -> float:
        """Seconds until the diagnostics of a document that is opened; they are in `shown` then."""
        start = time.perf_counter()
        item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        self.shown = self._diagnostics(uri, 1)
        return time.perf_counter() - start

    def change(self, uri: str, version: int, part: Message, whole: str) -> float:
        """Seconds until the diagnostics of an edit: `part` where the server takes parts, else the `whole` text."""
        change = part if self.incremental else {"text": whole}
        start = time.perf_counter()
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        self.shown = self._diagnostics(uri, version)
        return time.perf_counter() - start

    def _diagnostics(self, uri: str, version: int) -> list[Message]:
        if self.pulls:
            found: list[Message] = self.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"]
            return found

        def ours(message: Message) -> bool:
            params = message.get("params") or {}
            told = message.get("method") == "textDocument/publishDiagnostics"
            return told and params["uri"] == uri and params.get("version", version) == version

        pushed: list[Message] = self._wait(ours, PATIENCE)["params"]["diagnostics"]
        return pushed

    def memory(self) -> float | None:
        """MiB that the server and all its children hold; None where /proc does not tell."""
        children: dict[int, list[int]] = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
        family, pages = [self.process.pid], 0
        for pid in family:
            family += children.get(pid, [])
            try:
                pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            except (OSError, IndexError, ValueError):
                continue
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20 if pages else None

    def stop(self) -> None:
        """End the server, politely if it listens."""
        try:
            self.request("shutdown", None, 5)
            self.notify("exit", None)
            self.process.wait(5)
        except (Missing, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self.errors.close()
