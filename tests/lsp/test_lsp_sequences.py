"""Whatever a client says in whatever order: every request gets exactly one answer, and nothing else looks like one."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lsp_clients import EAGER, LAZY, PULLING, PUSHED
from lsp_fake import FakeBackend

from sessile.lsp.commands import COMMANDS
from sessile.lsp.handlers import ROUTES
from sessile.lsp.state import State
from sessile.lsp.wiring import Server

Message = dict[str, Any]
URIS = ["file:///w/a.py", "file:///w/b.py", "untitled:Untitled-1", "file:///w/pyproject.toml", "git:/w/a.py", "cell:1"]
TEXTS = [
    "",
    "badname",
    "badname; session\n",
    "é\n\U0001f600 detached  # sessile: ignore[BAD002]",
    "x = broken",
    "crash",
]
FOLDER = {"uri": "file:///w", "name": "w"}
NOTEBOOK = "file:///w/n.ipynb"

small = st.integers(-1, 6)
uris = st.sampled_from(URIS)
texts = st.sampled_from(TEXTS)
positions = st.fixed_dictionaries({"line": small, "character": small})
ranges = st.fixed_dictionaries({"start": positions, "end": positions})
document = st.fixed_dictionaries({"uri": uris})
items = st.fixed_dictionaries({"uri": uris, "languageId": st.just("python"), "version": small, "text": texts})
parts = st.one_of(
    st.fixed_dictionaries({"text": texts}),
    st.fixed_dictionaries({"range": ranges, "text": texts}),
    st.fixed_dictionaries({"range": ranges}),
)
tasks = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["fix", "fixKind", "fixAll", "fixNotebook", "ignoreLine", "ignoreFile", "enable", "?"]),
        "uri": uris,
        "version": st.one_of(st.none(), small),
        "subject": st.sampled_from(["BAD001:1", "BAD001", "BAD002:1", ""]),
        "line": small,
    }
)
junk = st.one_of(st.none(), st.just({}), st.just([]), st.integers(), st.text(max_size=3), document)
only = st.lists(st.sampled_from(["", "quickfix", "source", "notebook", "refactor"]), max_size=2)
SENSIBLE: dict[str, st.SearchStrategy[Any]] = {
    "textDocument/didOpen": st.fixed_dictionaries({"textDocument": items}),
    "textDocument/didChange": st.fixed_dictionaries(
        {
            "textDocument": st.fixed_dictionaries({"uri": uris, "version": small}),
            "contentChanges": st.lists(parts, max_size=3),
        }
    ),
    "textDocument/didSave": st.fixed_dictionaries({"textDocument": document}),
    "textDocument/didClose": st.fixed_dictionaries({"textDocument": document}),
    "notebookDocument/didOpen": st.fixed_dictionaries(
        {
            "notebookDocument": st.just(
                {
                    "uri": NOTEBOOK,
                    "notebookType": "jupyter-notebook",
                    "version": 1,
                    "cells": [{"kind": 2, "document": "cell:1"}],
                }
            ),
            "cellTextDocuments": st.lists(items, max_size=2),
        }
    ),
    "notebookDocument/didClose": st.just({"notebookDocument": {"uri": NOTEBOOK}, "cellTextDocuments": []}),
    "textDocument/diagnostic": st.fixed_dictionaries({"textDocument": document}),
    "workspace/diagnostic": st.just({"previousResultIds": []}),
    "textDocument/hover": st.fixed_dictionaries({"textDocument": document, "position": positions}),
    "textDocument/inlayHint": st.fixed_dictionaries({"textDocument": document, "range": ranges}),
    "textDocument/completion": st.fixed_dictionaries({"textDocument": document, "position": positions}),
    "textDocument/codeAction": st.fixed_dictionaries(
        {
            "textDocument": document,
            "range": ranges,
            "context": st.fixed_dictionaries({"diagnostics": st.just([]), "only": only}),
        }
    ),
    "codeAction/resolve": st.fixed_dictionaries({"title": st.just("t"), "data": tasks}),
    "workspace/executeCommand": st.fixed_dictionaries(
        {
            "command": st.sampled_from([*COMMANDS, "?"]),
            "arguments": st.lists(st.one_of(tasks, uris, small, st.just("BAD001")), max_size=3),
        }
    ),
    "workspace/didChangeConfiguration": st.just({"settings": {"sessile": {"ignore": ["BAD001"]}}}),
    "workspace/didChangeWatchedFiles": st.just({"changes": [{"uri": "file:///w/always.py", "type": 2}]}),
    "workspace/didChangeWorkspaceFolders": st.just(
        {"event": {"added": [{"uri": "file:///w", "name": "w"}], "removed": []}}
    ),
}
METHODS = sorted({route.method for route in ROUTES} - {"initialize", "shutdown"} | {"?", "$/?", "$/cancelRequest"})


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """A request or notification, mostly of the right shape; the id comes later."""
    method = draw(st.sampled_from([*METHODS, *SENSIBLE, *SENSIBLE]))
    params = draw(SENSIBLE[method] if method in SENSIBLE and draw(st.integers(0, 5)) else junk)
    return {"method": method, "params": params, "asks": draw(st.booleans()), "pause": draw(st.booleans())}


class Wire:
    """Takes what the server writes."""

    def __init__(self) -> None:
        self.said: list[Message] = []

    def write(self, body: bytes) -> None:
        self.said.append(json.loads(body))


async def converse(
    capabilities: Message, sequence: list[Message], cancelled: set[int]
) -> tuple[set[int], Wire, Server]:
    """Say all of it; the ids of the requests, and what came back."""
    server, wire = Server(), Wire()
    peer = server.protocol
    peer.set_writer(wire, include_headers=False)
    peer.finished = asyncio.get_running_loop().create_future()
    state = State(server, peer, FakeBackend())
    peer.handlers = {route.method: route.bound(state) for route in ROUTES}
    asked: set[int] = set()

    def say(method: str, params: object, number: int | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        peer.receive(json.dumps(message if number is None else {**message, "id": number}).encode())
        asked.update([] if number is None else [number])

    say("initialize", {"capabilities": capabilities}, 0)
    say("initialized", {})
    for number, each in enumerate(sequence, 1):
        say(each["method"], each["params"], number if each["asks"] else None)
        if number in cancelled:
            say("$/cancelRequest", {"id": number})
        if each["pause"]:
            await asyncio.sleep(0)
    for _ in range(20):
        await asyncio.sleep(0.001)
    say("shutdown", None, 1_000)
    for _ in range(1_000):
        await asyncio.sleep(0.001)
        if not peer.running:
            break
    say("exit", None)
    return asked, wire, server


@pytest.mark.filterwarnings("error")
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    capabilities=st.sampled_from([PUSHED, PULLING, LAZY, EAGER, {}]),
    sequence=st.lists(messages(), max_size=25),
    cancelled=st.sets(st.integers(1, 25), max_size=5),
)
def test_every_request_is_answered_exactly_once(
    capabilities: Message, sequence: list[Message], cancelled: set[int]
) -> None:
    asked, wire, server = asyncio.run(converse(capabilities, sequence, cancelled))
    answers = [each["id"] for each in wire.said if "method" not in each]
    assert sorted(answers) == sorted(asked)
    assert all(("result" in each) != ("error" in each) for each in wire.said if "method" not in each)
    assert server.protocol.finished.result() == 0
    defects = [each["error"] for each in wire.said if each.get("error", {}).get("code") == -32603]
    assert all("crash" in str(sequence) for _ in defects), defects
