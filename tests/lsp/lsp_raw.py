"""A client that speaks raw JSON over raw bytes, so that it can say anything, wrong things too."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Message = dict[str, Any]
TIMEOUT = 120.0


def read_message(stream: BinaryIO) -> Message | None:
    """One message; None at the end. AssertionError if anything but protocol comes."""
    length = None
    while line := stream.readline():
        if line == b"\r\n":
            break
        name, _, value = line.partition(b":")
        assert name == b"Content-Length", f"not protocol: {line!r}"
        length = int(value)
    return None if length is None else json.loads(stream.read(length))


class RawClient:
    """Collects all that the server says in the order in which it comes; answers its requests with null, or a list of
    nulls for `workspace/configuration`, unless `answers` knows better."""

    def __init__(self, command: Sequence[str], cwd: str | None = None, **popen: Any) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=cwd, **popen)
        self.answers: dict[str, Callable[[Any], Any]] = {}
        self.seen: list[Message] = []
        self.stderr = b""
        self.ended = False
        self._inbox: queue.Queue[Message | None] = queue.Queue()
        self._next_id = 0
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._read, self._read_errors)]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        assert self.process.stdout
        while (message := read_message(self.process.stdout)) is not None:
            self._inbox.put(message)
        self._inbox.put(None)

    def _read_errors(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.stderr += line

    def write(self, data: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: object) -> None:
        body = json.dumps(message).encode()
        self.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def notify(self, method: str, params: object = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, **({} if params is None else {"params": params})})

    def ask(self, method: str, params: object = None) -> int:
        """Send a request and return its id at once."""
        self.ended |= method == "shutdown"
        self._next_id += 1
        request = {"jsonrpc": "2.0", "id": self._next_id, "method": method}
        self.send({**request, **({} if params is None else {"params": params})})
        return self._next_id

    def request(self, method: str, params: object = None) -> Any:
        """The result of a request; AssertionError if it is refused."""
        reply = self.reply(self.ask(method, params))
        assert "error" not in reply, f"{reply}\n{self.stderr.decode()}"
        return reply["result"]

    def refusal(self, method: str, params: object = None) -> Message:
        """The error of a request; AssertionError if it is answered."""
        reply = self.reply(self.ask(method, params))
        assert "error" in reply, reply
        return reply["error"]

    def reply(self, request_id: object) -> Message:
        return self.wait(lambda message: "method" not in message and message.get("id") == request_id)

    def notification(self, method: str, accept: Callable[[Any], bool] = lambda _: True) -> Any:
        """The parameters of the next notification (or request) of this method that is accepted."""
        return self.wait(lambda message: message.get("method") == method and accept(message["params"]))["params"]

    def wait(self, accept: Callable[[Message], bool], timeout: float = TIMEOUT) -> Message:
        end = time.monotonic() + timeout
        while True:
            try:
                message = self._inbox.get(timeout=max(end - time.monotonic(), 0.001))
            except queue.Empty:
                raise AssertionError(f"nothing came in {timeout} s; stderr: {self.stderr!r}") from None
            if message is None:
                raise AssertionError(f"the server ended; stderr: {self.stderr.decode()}")
            self.take(message)
            if accept(message):
                return message

    def take(self, message: Message) -> None:
        self.seen.append(message)
        if "method" in message and "id" in message:
            answer = self.answers.get(message["method"], _nothing)(message.get("params"))
            self.send({"jsonrpc": "2.0", "id": message["id"], "result": answer})

    def quiet(self, seconds: float) -> list[Message]:
        """Whatever comes within some seconds."""
        start, end = len(self.seen), time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                message = self._inbox.get(timeout=left)
            except queue.Empty:
                break
            if message is None:
                break
            self.take(message)
        return self.seen[start:]

    def initialize(self, capabilities: object = None, **params: Any) -> Any:
        """The result of `initialize`, after which the server knows that the client listens."""
        params = {"processId": None, "rootUri": None, "capabilities": capabilities or {}, **params}
        result = self.request("initialize", params)
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, version: int = 1, language: str = "python") -> None:
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, *changes: object) -> None:
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})

    def diagnostics(self, uri: str, version: int | None = None) -> list[Message]:
        """The next diagnostics that are pushed for a document, of a version if one is given."""
        params = self.notification(
            "textDocument/publishDiagnostics", lambda p: p["uri"] == uri and version in (None, p.get("version"))
        )
        found: list[Message] = params["diagnostics"]
        return found

    def end(self) -> int:
        """Shut down in good order; the exit code."""
        self.request("shutdown")
        self.notify("exit")
        return self.process.wait(TIMEOUT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(TIMEOUT)
        for thread in self._threads:
            thread.join(TIMEOUT)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                stream.close()


def _nothing(params: Any) -> Any:
    items = params.get("items") if isinstance(params, dict) else None
    return [None] * len(items) if isinstance(items, list) else None
