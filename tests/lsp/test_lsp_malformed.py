"""Whatever a client sends, each request gets exactly one answer, and the server goes on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from lsp_launch import FAKE
from lsp_raw import RawClient

if TYPE_CHECKING:
    from collections.abc import Iterator

URI = "file:///w/a.py"
AT = {"line": 0, "character": 0}
RANGE = {"start": AT, "end": AT}
CONTEXT = {"diagnostics": []}
INVALID_PARAMS = -32602

MALFORMED = [
    ("textDocument/inlayHint", {"textDocument": {"uri": URI}}),
    ("textDocument/inlayHint", {"textDocument": {"uri": URI}, "range": {"start": AT}}),
    ("textDocument/hover", None),
    ("textDocument/hover", []),
    ("textDocument/hover", "text"),
    ("textDocument/hover", {}),
    ("textDocument/hover", {"textDocument": {"uri": URI}}),
    ("textDocument/hover", {"textDocument": {"uri": 5}, "position": AT}),
    ("textDocument/hover", {"textDocument": {"uri": URI}, "position": None}),
    ("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": -1, "character": 0}}),
    ("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": "0", "character": 0}}),
    ("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": True, "character": 0}}),
    ("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 0.5, "character": 0}}),
    ("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 10**20, "character": 0}}),
    ("textDocument/codeAction", {"textDocument": {"uri": URI}, "range": AT, "context": CONTEXT}),
    ("textDocument/codeAction", {"textDocument": {"uri": URI}, "range": RANGE}),
    ("textDocument/codeAction", {"textDocument": {"uri": URI}, "range": RANGE, "context": {"diagnostics": {}}}),
    (
        "textDocument/codeAction",
        {"textDocument": {"uri": URI}, "range": RANGE, "context": {"diagnostics": [], "only": "quickfix"}},
    ),
    ("codeAction/resolve", {"kind": "quickfix"}),
    ("textDocument/diagnostic", {"textDocument": URI}),
    ("textDocument/completion", {"position": AT}),
    ("workspace/executeCommand", {"command": 3}),
    ("workspace/executeCommand", {"command": "sessile.applyFix", "arguments": [{"kind": "fix"}]}),
    ("workspace/executeCommand", {"command": "sessile.explainRule"}),
    ("workspace/executeCommand", {"command": "sessile.explainRule", "arguments": [["SCOPE001"]]}),
]


@pytest.fixture(scope="module")
def servers() -> Iterator[list[RawClient]]:
    """One server for all tests, as long as it lives: nothing that was said to it before may matter."""
    started: list[RawClient] = []
    yield started
    for each in started:
        each.kill()


@pytest.fixture
def client(servers: list[RawClient]) -> RawClient:
    if not servers or servers[-1].process.poll() is not None or servers[-1].ended:
        servers.append(RawClient(FAKE))
        servers[-1].initialize()
    client = servers[-1]
    client.seen.clear()
    client.open(URI, "badname = 1\n")
    client.diagnostics(URI)
    return client


@pytest.mark.parametrize(("method", "params"), MALFORMED, ids=lambda value: json.dumps(value)[:60])
def test_malformed_parameters_are_refused_once(client: RawClient, method: str, params: object) -> None:
    request = client.ask(method, params)
    assert client.reply(request)["error"]["code"] == INVALID_PARAMS
    hover = client.request("textDocument/hover", {"textDocument": {"uri": URI}, "position": AT})
    assert "BAD001" in hover["contents"]["value"]
    assert sum(message.get("id") == request and "method" not in message for message in client.seen) == 1


@pytest.mark.parametrize(
    "params",
    [
        None,
        {"textDocument": {"uri": URI, "version": 2}},
        {"textDocument": {"uri": URI, "version": 2}, "contentChanges": "text"},
        {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": 5}]},
        {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"range": 3, "text": ""}]},
        {"textDocument": {"uri": "file:///w/other.py", "version": 2}, "contentChanges": [{"text": ""}]},
    ],
)
def test_malformed_notifications_are_ignored(client: RawClient, params: object) -> None:
    client.notify("textDocument/didChange", params)
    hover = client.request("textDocument/hover", {"textDocument": {"uri": URI}, "position": AT})
    assert "BAD001" in hover["contents"]["value"]
    assert not [message for message in client.seen if "error" in message]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"jsonrpc": "2.0", "id": 1.5, "method": "textDocument/hover"}, -32600),
        ({"jsonrpc": "2.0", "id": None, "method": "textDocument/hover"}, -32600),
        ({"jsonrpc": "2.0", "id": True, "method": "textDocument/hover"}, -32600),
        ({"jsonrpc": "2.0", "id": [7], "method": "textDocument/hover"}, -32600),
        ({"jsonrpc": "2.0", "method": 3}, -32600),
        ({"jsonrpc": "2.0"}, -32600),
        ([], -32600),
        (["a", "batch"], -32600),
        ("text", -32600),
        (None, -32600),
    ],
    ids=str,
)
def test_what_is_no_request_is_refused_without_an_id(client: RawClient, message: object, code: int) -> None:
    client.send(message)
    reply = client.wait(lambda each: "error" in each)
    assert reply["error"]["code"] == code
    assert reply["id"] is None


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe", b"[" * 100_000, b"nonsense"])
def test_what_is_no_json_is_refused(client: RawClient, body: bytes) -> None:
    client.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    assert client.wait(lambda each: "error" in each)["error"]["code"] == -32700
    assert client.end() == 0


@pytest.mark.parametrize(
    "header",
    [
        b"content-length: %d\r\n\r\n",
        b"CONTENT-LENGTH:%d\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n",
        b"Content-Length: %d\n\n",
        b"Content-Length: x\r\n\r\nContent-Length: %d\r\n\r\n",
        b"garbage\r\n\r\nContent-Length:   %d  \r\n\r\n",
    ],
)
def test_headers_in_the_wild_are_understood(client: RawClient, header: bytes) -> None:
    body = b'{"jsonrpc":"2.0","id":"mine","method":"shutdown"}'
    client.ended = True
    client.write(header % len(body) + body)
    assert client.reply("mine")["result"] is None


def test_unknown_methods_and_commands(client: RawClient) -> None:
    assert client.refusal("textDocument/unheardOf", {})["code"] == -32601
    assert client.refusal("textDocument/formatting", {})["code"] == -32601
    assert client.refusal("$/unheardOf")["code"] == -32601
    assert client.refusal("workspace/executeCommand", {"command": "sessile.unheardOf"})["code"] == -32601
    client.notify("textDocument/unheardOf", {})
    client.notify("$/setTrace", {"value": "off"})
    assert client.end() == 0


def test_a_document_that_is_not_open_is_named(client: RawClient) -> None:
    params = {"textDocument": {"uri": "file:///w/nowhere.py"}, "position": AT}
    error = client.refusal("textDocument/hover", params)
    assert error["code"] == INVALID_PARAMS
    assert "file:///w/nowhere.py" in error["message"]


def test_responses_to_nothing_are_ignored(client: RawClient) -> None:
    client.send({"jsonrpc": "2.0", "id": "zork", "result": None})
    client.send({"jsonrpc": "2.0", "id": 77, "error": {"code": 1, "message": "m"}})
    client.send({"jsonrpc": "2.0", "id": {}, "result": None})
    assert client.end() == 0


def test_ids_may_be_strings_and_come_back_as_they_were(client: RawClient) -> None:
    for request_id in ("", "7", "é", 0, -1):
        client.send({"jsonrpc": "2.0", "id": request_id, "method": "textDocument/unheardOf"})
        assert client.reply(request_id)["error"]["code"] == -32601


def test_positions_outside_the_text_are_clamped(client: RawClient) -> None:
    for position in ({"line": 0, "character": 10_000}, {"line": 10_000, "character": 3}):
        assert client.request("textDocument/hover", {"textDocument": {"uri": URI}, "position": position}) is None
    inverted = {"start": {"line": 0, "character": 4}, "end": AT}
    client.change(URI, 2, {"range": inverted, "text": "bad"})
    assert [each["range"]["end"]["character"] for each in client.diagnostics(URI, 2)] == []


def test_a_lone_surrogate_does_no_harm(client: RawClient) -> None:
    client.change(URI, 2, {"text": 'x = "\ud800"; badname\n'})
    (found,) = client.diagnostics(URI, 2)
    assert found["range"]["start"] == {"line": 0, "character": 9}
