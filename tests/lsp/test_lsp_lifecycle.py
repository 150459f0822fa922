"""Beginning and end of a connection, and what the process owes to its surroundings."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from lsp_launch import FAKE, HERE, PACKAGE, REAL
from lsp_raw import RawClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

URI = "file:///w/a.py"
AT = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}}


def test_requests_before_initialize_are_refused(raw: RawClient) -> None:
    assert raw.refusal("textDocument/hover", AT)["code"] == -32002
    assert raw.refusal("shutdown")["code"] == -32002
    raw.open(URI, "badname = 1\n")
    raw.initialize()
    assert raw.refusal("textDocument/hover", AT)["code"] == -32602, "a document that was opened too early is not open"


def test_initialize_happens_once(raw: RawClient) -> None:
    raw.initialize()
    assert raw.refusal("initialize", {"capabilities": {}})["code"] == -32600


@pytest.mark.parametrize("params", [None, [], {}, {"capabilities": None}, {"capabilities": []}])
def test_initialize_needs_capabilities(raw: RawClient, params: object) -> None:
    assert raw.refusal("initialize", params)["code"] == -32602
    assert raw.initialize()["serverInfo"]["name"] == "sessile"


def test_odd_capabilities_keep_nobody_out(raw: RawClient) -> None:
    odd = {"textDocument": {"codeAction": 3, "hover": []}, "general": {"positionEncodings": "utf-8"}, "workspace": None}
    result = raw.initialize(odd, rootUri=5, workspaceFolders="x", initializationOptions=[1], processId="7", trace=1)
    assert result["capabilities"]["positionEncoding"] == "utf-16"
    assert raw.end() == 0


def test_after_shutdown_nothing_is_answered_but_refusals(raw: RawClient) -> None:
    raw.initialize()
    raw.open(URI, "badname = 1\n")
    raw.request("shutdown")
    assert raw.refusal("textDocument/hover", AT)["code"] == -32600
    assert raw.refusal("shutdown")["code"] == -32600
    raw.notify("exit")
    assert raw.process.wait(10) == 0


def test_exit_without_shutdown_is_an_error(raw: RawClient) -> None:
    raw.initialize()
    raw.notify("exit")
    assert raw.process.wait(10) == 1


def test_the_server_ends_with_its_input(raw: RawClient) -> None:
    raw.initialize()
    assert raw.process.stdin
    raw.process.stdin.close()
    assert raw.process.wait(10) == 1
    assert b"Traceback" not in raw.stderr


def test_the_server_ends_within_a_message(raw: RawClient) -> None:
    raw.initialize()
    raw.write(b'Content-Length: 1000\r\n\r\n{"jsonrpc"')
    assert raw.process.stdin
    raw.process.stdin.close()
    assert raw.process.wait(10) == 1


def test_the_server_ends_when_nobody_reads() -> None:
    reader, writer = os.pipe()
    with subprocess.Popen(FAKE, stdin=subprocess.PIPE, stdout=writer, stderr=subprocess.PIPE) as process:
        os.close(writer)
        os.close(reader)
        body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}'
        assert process.stdin
        assert process.stderr
        process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        process.stdin.flush()
        assert process.wait(10) == 1
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.skipif(os.name == "nt", reason="the test's parent process is started with a POSIX shell")
def test_the_server_ends_with_its_parent_even_if_its_input_stays_open() -> None:
    parent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    client = RawClient(FAKE)
    try:
        client.initialize(processId=parent.pid)
        parent.kill()
        assert client.process.wait(15) == 1
    finally:
        parent.wait()
        client.kill()


def test_an_interrupt_leaves_no_traceback(raw: RawClient) -> None:
    raw.initialize()
    raw.process.send_signal(signal.SIGINT)
    assert raw.process.wait(10) != 0
    time.sleep(0.1)
    assert b"Traceback" not in raw.stderr


def test_nothing_but_protocol_is_on_stdout(raw: RawClient) -> None:
    raw.initialize()
    raw.open(URI, "noisy = badname\n")
    assert raw.diagnostics(URI, 1)
    assert raw.end() == 0
    raw.kill()
    assert b"a stray print" in raw.stderr
    assert b"a stray write" in raw.stderr


def test_the_answer_to_an_exception_has_no_traceback(raw: RawClient) -> None:
    raw.initialize()
    raw.open(URI, "crash\n")
    error = raw.refusal("textDocument/hover", AT)
    assert error["code"] == -32603
    assert "textDocument/hover" in error["message"]
    raw.open(URI, "badname\n", 2)
    assert raw.diagnostics(URI, 2), "the server goes on"
    assert raw.end() == 0
    assert b"the secret of the traceback" in raw.stderr
    assert "secret" not in str(raw.seen)
    assert "Traceback" not in str(raw.seen)


def test_over_tcp(start: Callable[..., RawClient]) -> None:
    server = start("--tcp", "--port", "0")
    while b"\n" not in server.stderr:
        assert server.process.poll() is None, server.stderr
        time.sleep(0.01)
    words, _, port = server.stderr.decode().strip().rpartition(":")
    assert words == "listening on 127.0.0.1"
    with socket.create_connection(("127.0.0.1", int(port))) as connection, connection.makefile("rb") as reader:
        body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}'
        connection.sendall(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        assert reader.readline().startswith(b"Content-Length: ")
    assert server.process.wait(10) == 1


def test_a_port_that_is_taken_is_named(start: Callable[..., RawClient]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        server = start("--tcp", "--port", str(other.getsockname()[1]))
        assert server.process.wait(10) == 2
    server.kill()
    assert b"cannot listen on 127.0.0.1" in server.stderr
    assert b"Traceback" not in server.stderr


def test_the_workspace_is_never_imported(tmp_path: Path) -> None:
    """Started as careless editors do: in the workspace, with `-m`, which puts it in front of the import path."""
    own = ("lsprotocol", "pygls", "cattrs", "attrs", "sqlalchemy", "app")
    for name in (*own, "argparse", "asyncio", "json", "logging", "multiprocessing", "socket"):
        (tmp_path / f"{name}.py").write_text("open('executed', 'w').close()\n")
    (tmp_path / "sitecustomize.py").write_text("")
    path = os.pathsep.join([str(PACKAGE), str(HERE)])
    client = RawClient([sys.executable, "-m", "sessile.lsp"], cwd=str(tmp_path), env={**os.environ, "PYTHONPATH": path})
    try:
        client.initialize(rootUri=tmp_path.as_uri())
        client.open((tmp_path / "main.py").as_uri(), "import app\nfrom multiprocessing import Pool\n")
        client.diagnostics((tmp_path / "main.py").as_uri())
        assert client.end() == 0
    finally:
        client.kill()
    assert not (tmp_path / "executed").exists()


def test_the_working_directory_does_not_matter(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    client = RawClient(REAL, cwd=str(gone))
    try:
        client.initialize()
        gone.rmdir()
        client.open(URI, "import sqlalchemy\n")
        assert client.diagnostics(URI) == []
        assert client.end() == 0
    finally:
        client.kill()


def test_two_queued_requests_are_answered_in_order(raw: RawClient) -> None:
    raw.initialize()
    raw.open(URI, "badname = 1\n")
    ids = [raw.ask("textDocument/hover", AT) for _ in range(20)]
    replies = [raw.wait(lambda message: "method" not in message)["id"] for _ in ids]
    assert replies == ids
