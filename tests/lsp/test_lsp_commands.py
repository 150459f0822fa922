"""What editors' own commands ask of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsp_clients import LAZY
from lsp_edits import apply

from sessile.lsp.commands import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

    from lsp_raw import RawClient

URI = "file:///w/a.py"
INVALID_PARAMS, REQUEST_FAILED = -32602, -32803


def opened(client: RawClient, text: str, uri: str = URI) -> list[Any]:
    offered = client.initialize(LAZY)["capabilities"]
    assert set(offered["executeCommandProvider"]["commands"]) == set(COMMANDS)
    client.open(uri, text)
    return client.diagnostics(uri)


def run(client: RawClient, command: str, *arguments: object) -> Any:
    return client.request("workspace/executeCommand", {"command": command, "arguments": list(arguments)})


def refused(client: RawClient, command: str, *arguments: object) -> int:
    return client.refusal("workspace/executeCommand", {"command": command, "arguments": list(arguments)})["code"]


def test_a_rule_is_explained(raw: RawClient) -> None:
    opened(raw, "badname = 1\n")
    assert "https://example.invalid/BAD001" in run(raw, "sessile.explainRule", "bad001")


def test_rules_are_listed(raw: RawClient) -> None:
    opened(raw, "x = 1\n")
    rules = run(raw, "sessile.rules")
    assert rules[0] == {"code": "BAD001", "name": "badname-used", "summary": "`badname` is used."}
    assert len(rules) == len({each["code"] for each in rules}) > 1


def test_the_whole_workspace_is_repaired_at_once(raw: RawClient, tmp_path: Path) -> None:
    texts = {"a.py": "badname = 1\n", "b.py": "x = badname + badname\n", "c.py": "detached\n", "d.py": "fine\n"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    raw.initialize(LAZY, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "w"}])
    unsaved = (tmp_path / "a.py").as_uri()
    raw.open(unsaved, "badname = 2\n")
    edits: list[Any] = []
    raw.answers["workspace/applyEdit"] = lambda params: edits.append(params["edit"]) or {"applied": True}
    assert run(raw, "sessile.applyAutofixWorkspace") == 2
    uris = {name: (tmp_path / name).as_uri() for name in texts}
    before = {uris[name]: text for name, text in texts.items()} | {unsaved: "badname = 2\n"}
    after = apply(edits[0], before)
    assert after[unsaved] == "goodname = 2\n"
    assert after[uris["b.py"]] == "x = goodname + goodname\n"
    assert len(edits) == 1


def test_nothing_to_repair_is_no_edit(raw: RawClient) -> None:
    opened(raw, "x = 1\n")
    assert run(raw, "sessile.applyAutofixWorkspace") == 0


def test_a_place_is_explained_as_hover_does(raw: RawClient) -> None:
    opened(raw, "session; badname\n")
    assert "open **session**" in run(raw, "sessile.explain", URI, 0, 2)
    assert "BAD001" in run(raw, "sessile.explain", URI, 0, 10)
    assert run(raw, "sessile.explain", URI, 5, 0) is None


def test_debug_information_has_nothing_of_the_texts(raw: RawClient) -> None:
    opened(raw, "secret = 1\n")
    information = run(raw, "sessile.debugInformation")
    assert "positions: utf-16" in information
    assert "secret" not in information


def test_the_helpers_module_is_created_once(raw: RawClient, tmp_path: Path) -> None:
    opened(raw, "x = 1\n", uri := (tmp_path / "a.py").as_uri())
    helper = (tmp_path / "helper.py").as_uri()
    edits: list[Any] = []
    raw.answers["workspace/applyEdit"] = lambda params: edits.append(params["edit"]) or {"applied": True}
    assert run(raw, "sessile.createHelpers", uri) == helper
    assert apply(edits[0], {}) == {helper: "def model_to_dict(): ...\n"}
    (tmp_path / "helper.py").write_text("")
    assert run(raw, "sessile.createHelpers", uri) == helper
    assert len(edits) == 1, "it exists"


def test_everything_is_worked_out_anew(raw: RawClient) -> None:
    opened(raw, "badname = 1\n")
    raw.answers["workspace/configuration"] = lambda params: [None for _ in params["items"]]
    assert run(raw, "sessile.clearCache") is None
    assert run(raw, "sessile.explain", URI, 0, 2), "and it goes on working"


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("sessile.applyFix", []),
        ("sessile.applyFix", [{"kind": "fix"}]),
        ("sessile.applyAutofix", []),
        ("sessile.applyAutofix", ["file:///not/open.py"]),
        ("sessile.explainRule", ["NOPE1"]),
        ("sessile.explain", [URI]),
        ("sessile.explain", [URI, "0", 1]),
        ("sessile.explain", [URI, -1, 1]),
        ("sessile.createHelpers", [3]),
    ],
)
def test_odd_arguments_are_refused(raw: RawClient, command: str, arguments: list[object]) -> None:
    opened(raw, "x = 1\n")
    assert refused(raw, command, *arguments) == INVALID_PARAMS


@pytest.mark.parametrize("command", ["sessile.applyAutofix", "sessile.applyAutofixWorkspace", "sessile.createHelpers"])
def test_clients_that_apply_no_edits_are_told_so(raw: RawClient, command: str) -> None:
    raw.initialize({})
    raw.open(URI, "badname = 1\n")
    assert refused(raw, command, URI) == REQUEST_FAILED
