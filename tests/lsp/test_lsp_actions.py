"""Code actions: what is offered, when it is computed, and that an edit meets only the text that it is for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from lsp_clients import EAGER, LAZY
from lsp_edits import apply

if TYPE_CHECKING:
    from pathlib import Path

    from lsp_raw import RawClient

URI = "file:///w/a.py"
CONTENT_MODIFIED, INVALID_PARAMS, REQUEST_FAILED = -32801, -32602, -32803
CHANGES_ONLY = {
    "textDocument": LAZY["textDocument"],
    "workspace": {"workspaceEdit": {"resourceOperations": []}},
}
NEOVIM_LIKE = {
    "textDocument": LAZY["textDocument"],
    "workspace": {"workspaceEdit": {"resourceOperations": ["rename", "create", "delete"]}},
}


def opened(client: RawClient, text: str, capabilities: object = LAZY, uri: str = URI) -> list[Any]:
    client.initialize(capabilities)
    client.open(uri, text)
    return client.diagnostics(uri)


def actions(client: RawClient, start: tuple[int, int], end: tuple[int, int] | None = None, **context: Any) -> list[Any]:
    corners = [{"line": line, "character": character} for line, character in (start, end or start)]
    found: list[Any] = client.request(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": context.pop("uri", URI)},
            "range": {"start": corners[0], "end": corners[1]},
            "context": {"diagnostics": [], **context},
        },
    )
    return found


def named(found: list[Any], title: str) -> Any:
    return next(each for each in found if each["title"] == title)


def resolved(client: RawClient, action: Any) -> Any:
    return client.request("codeAction/resolve", action)["edit"]


def test_what_is_offered_on_a_finding(raw: RawClient) -> None:
    diagnostics = opened(raw, "badname = 1\n")
    found = actions(raw, (0, 3), diagnostics=diagnostics)
    assert [(each["title"], each["kind"], each.get("isPreferred")) for each in found] == [
        ("Rename to goodname", "quickfix", True),
        ("Ignore BAD001 for this line", "quickfix", None),
        ("Ignore BAD001 in this file", "quickfix", None),
        ("Sessile: apply all safe fixes", "source.fixAll.sessile", None),
    ]
    assert [each.get("diagnostics") for each in found] == [diagnostics, diagnostics, diagnostics, None]
    assert not any("edit" in each for each in found)


def test_two_findings_that_one_comment_hides_share_an_entry(raw: RawClient) -> None:
    opened(raw, "badname, badname, hopeless\nbadname\n")
    titles = [each["title"] for each in actions(raw, (0, 0), (0, 20), only=["quickfix"])]
    assert titles == [
        "Rename to goodname",
        "Rename to goodname",
        "Do the impossible",
        "Fix all BAD001 in this file",
        "Ignore BAD001 for this line",
        "Ignore BAD004 for this line",
        "Ignore BAD001 in this file",
        "Ignore BAD004 in this file",
    ]


def test_nothing_is_offered_where_nothing_is_wrong(raw: RawClient) -> None:
    opened(raw, "x = 1\nbadname = 1\n")
    assert [each["title"] for each in actions(raw, (0, 0))] == ["Sessile: apply all safe fixes"]
    raw.change(URI, 2, {"text": "x = 1\n"})
    assert actions(raw, (0, 0)) == []


@pytest.mark.parametrize(
    ("only", "kinds"),
    [
        (["quickfix"], {"quickfix"}),
        (["source"], {"source.fixAll.sessile"}),
        (["source.fixAll"], {"source.fixAll.sessile"}),
        (["source.fixAll.sessile"], {"source.fixAll.sessile"}),
        (["source.fixAll.ruff"], set()),
        (["source.organizeImports", "quick"], set()),
        (["source.fix"], set()),
        (["refactor", "quickfix"], {"quickfix"}),
        ([""], {"quickfix", "source.fixAll.sessile"}),
        ([], set()),
    ],
)
def test_only_the_kinds_asked_for(raw: RawClient, only: list[str], kinds: set[str]) -> None:
    opened(raw, "badname = 1\n")
    assert {each["kind"] for each in actions(raw, (0, 3), only=only)} == kinds


def test_a_fix_is_computed_when_it_is_chosen(raw: RawClient) -> None:
    opened(raw, "x = 'é'; badname = 1\n")
    edit = resolved(raw, named(actions(raw, (0, 12)), "Rename to goodname"))
    assert edit["documentChanges"][0]["textDocument"] == {"uri": URI, "version": 1}
    assert apply(edit, {URI: "x = 'é'; badname = 1\n"}) == {URI: "x = 'é'; goodname = 1\n"}


def test_a_fix_for_another_text_is_refused(raw: RawClient) -> None:
    opened(raw, "badname = 1\n")
    action = named(actions(raw, (0, 3)), "Rename to goodname")
    raw.change(URI, 2, {"text": "other = 1\nbadname = 1\n"})
    assert raw.refusal("codeAction/resolve", action)["code"] == CONTENT_MODIFIED
    fresh = named(actions(raw, (1, 3)), "Rename to goodname")
    assert resolved(raw, fresh)["documentChanges"][0]["textDocument"]["version"] == 2


def test_a_fix_whose_document_was_closed_is_refused(raw: RawClient) -> None:
    opened(raw, "badname = 1\n")
    action = named(actions(raw, (0, 3)), "Rename to goodname")
    raw.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    assert raw.refusal("codeAction/resolve", action)["code"] == INVALID_PARAMS


def test_a_request_overtaken_by_an_edit_is_refused(raw: RawClient) -> None:
    opened(raw, "badname = 1\n")
    raw.open("file:///w/busy.py", "glacial")
    time.sleep(0.3)
    where = {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 3}}
    params = {"textDocument": {"uri": URI}, "range": where, "context": {"diagnostics": []}}
    position = {"textDocument": {"uri": URI}, "position": where["start"]}
    overtaken = [raw.ask("textDocument/codeAction", params), raw.ask("textDocument/hover", position)]
    raw.change(URI, 2, {"text": "x = badname\n"})
    assert [raw.reply(each)["error"]["code"] for each in overtaken] == [CONTENT_MODIFIED] * 2
    assert raw.request("textDocument/codeAction", params)


def test_an_impossible_fix_is_refused_in_plain_words(raw: RawClient) -> None:
    opened(raw, "hopeless = 1\n")
    error = raw.refusal("codeAction/resolve", named(actions(raw, (0, 3)), "Do the impossible"))
    assert error["code"] == REQUEST_FAILED
    assert "Traceback" not in error["message"]


def test_actions_of_others_come_back_as_they_were(raw: RawClient) -> None:
    opened(raw, "badname = 1\n")
    for data in (None, 5, {"kind": "theirs"}, {"kind": ["fix"]}, {"kind": "fix", "uri": 3}):
        foreign = {"title": "Foreign", **({} if data is None else {"data": data})}
        assert raw.request("codeAction/resolve", foreign) == foreign


def test_the_client_s_diagnostics_narrow_down_a_wide_range(raw: RawClient) -> None:
    diagnostics = opened(raw, "badname = 1\nhopeless = 2\n")
    found = actions(raw, (0, 0), (2, 0), diagnostics=diagnostics[1:], only=["quickfix"])
    assert {each["title"] for each in found} == {
        "Do the impossible",
        "Ignore BAD004 for this line",
        "Ignore BAD004 in this file",
    }
    bare = [{key: value for key, value in diagnostics[1].items() if key != "data"}]
    assert actions(raw, (0, 0), (2, 0), diagnostics=bare, only=["quickfix"])[0]["title"] == "Do the impossible"
    others = [{**diagnostics[1], "source": "ruff"}]
    assert len(actions(raw, (0, 0), (2, 0), diagnostics=others, only=["quickfix"])) == 6


def test_a_fix_that_creates_a_file(raw: RawClient, tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    opened(raw, "detached = 1\n", uri=uri)
    edit = resolved(raw, named(actions(raw, (0, 3), uri=uri), "Import the helper"))
    helper = (tmp_path / "helper.py").as_uri()
    assert [each.get("kind") for each in edit["documentChanges"]] == ["create", None, None]
    assert apply(edit, {uri: "detached = 1\n"}, {uri: 1}) == {
        uri: "from helper import model_to_dict\nkept = 1\n",
        helper: "def model_to_dict(): ...\n",
    }


def test_a_file_that_exists_is_not_created(raw: RawClient, tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    (tmp_path / "helper.py").write_text("mine")
    opened(raw, "detached = 1\n", uri=uri)
    assert raw.refusal("codeAction/resolve", actions(raw, (0, 3), uri=uri)[0])["code"] == REQUEST_FAILED


def test_a_fix_of_another_file_meets_only_the_text_that_it_is_for(raw: RawClient, tmp_path: Path) -> None:
    uri, other = (tmp_path / "a.py").as_uri(), (tmp_path / "other.py").as_uri()
    (tmp_path / "other.py").write_text("old é")
    opened(raw, "elsewhere = 1\n", uri=uri)
    edit = resolved(raw, actions(raw, (0, 3), uri=uri)[0])
    assert edit["documentChanges"][0]["textDocument"] == {"uri": other, "version": None}
    assert apply(edit, {other: "old é"}) == {other: " é"}
    raw.open(other, "newer text", 5)
    assert raw.refusal("codeAction/resolve", actions(raw, (0, 3), uri=uri)[0])["code"] == CONTENT_MODIFIED
    raw.quiet(0.6)
    edit = resolved(raw, actions(raw, (0, 3), uri=uri)[0])
    assert edit["documentChanges"][0]["textDocument"] == {"uri": other, "version": 5}
    assert apply(edit, {other: "newer text"}) == {other: " text"}


def test_clients_that_create_files_but_know_no_versions(raw: RawClient, tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    opened(raw, "detached, badname = 1\n", NEOVIM_LIKE, uri)
    found = actions(raw, (0, 3), uri=uri)
    assert "documentChanges" in resolved(raw, named(found, "Import the helper")), "there is no other way to create"
    assert list(resolved(raw, named(actions(raw, (0, 12), uri=uri), "Rename to goodname"))) == ["changes"]


@pytest.mark.parametrize("versions", [True, False])
def test_clients_that_create_no_files_open_the_new_one_by_its_text(
    raw: RawClient, tmp_path: Path, versions: bool
) -> None:
    uri, helper = (tmp_path / "a.py").as_uri(), (tmp_path / "helper.py").as_uri()
    opened(raw, "detached = 1\n", {**EAGER, "workspace": {"workspaceEdit": {"documentChanges": versions}}}, uri)
    edit = named(actions(raw, (0, 3), uri=uri), "Import the helper")["edit"]
    if versions:
        assert [each["textDocument"] for each in edit["documentChanges"]] == [
            {"uri": helper, "version": None},
            {"uri": uri, "version": 1},
        ]
    assert apply(edit, {uri: "detached = 1\n", helper: ""}, {uri: 1}) == {
        uri: "from helper import model_to_dict\nkept = 1\n",
        helper: "def model_to_dict(): ...\n",
    }


def test_edits_in_plain_form(raw: RawClient) -> None:
    opened(raw, "badname = 1\n", CHANGES_ONLY)
    edit = resolved(raw, named(actions(raw, (0, 3)), "Rename to goodname"))
    assert list(edit) == ["changes"]
    assert apply(edit, {URI: "badname = 1\n"}) == {URI: "goodname = 1\n"}


def test_edits_come_along_for_clients_that_cannot_resolve(raw: RawClient) -> None:
    opened(raw, "badname = 1\nhopeless = 2\n", EAGER)
    found = actions(raw, (0, 0), (1, 3))
    assert not any("data" in each for each in found)
    assert "Do the impossible" not in [each["title"] for each in found]
    texts = {each["title"]: apply(each["edit"], {URI: "badname = 1\nhopeless = 2\n"})[URI] for each in found}
    assert texts["Rename to goodname"] == "goodname = 1\nhopeless = 2\n"
    assert texts["Ignore BAD004 for this line"] == "badname = 1\nhopeless = 2  # sessile: ignore[BAD004]\n"
    assert "isPreferred" not in found[0], "the client does not know the word"


def test_clients_without_code_actions_get_commands(raw: RawClient) -> None:
    opened(raw, "badname = 1\n", {"workspace": {"applyEdit": True}})
    command = named(actions(raw, (0, 3)), "Rename to goodname")
    edits: list[Any] = []
    raw.answers["workspace/applyEdit"] = lambda params: edits.append(params["edit"]) or {"applied": True}
    assert raw.request("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    assert apply(edits[0], {URI: "badname = 1\n"}) == {URI: "goodname = 1\n"}


def test_fix_all_applies_what_is_safe_until_nothing_is_left(raw: RawClient) -> None:
    text = "x = 1\r\n" + "badname, y, badname = 1\r\n" * 3 + "detached\r\n# end"
    opened(raw, text)
    edit = resolved(raw, named(actions(raw, (0, 0)), "Sessile: apply all safe fixes"))
    assert apply(edit, {URI: text}, {URI: 1})[URI] == text.replace("badname", "goodname")
    assert [each["range"]["start"]["line"] for each in edit["documentChanges"][0]["edits"]] == [1], "minimal"


def test_fix_all_without_anything_to_fix_changes_nothing(raw: RawClient) -> None:
    opened(raw, "stubborn = 1\n")
    assert resolved(raw, named(actions(raw, (0, 0)), "Sessile: apply all safe fixes")) == {}
    params = {"command": "sessile.applyAutofix", "arguments": [URI]}
    assert raw.request("workspace/executeCommand", params) is True
    assert not [each for each in raw.seen if each.get("method") == "workspace/applyEdit"]


def test_fix_all_as_a_command(raw: RawClient) -> None:
    opened(raw, "badname = 1\n")
    edits: list[Any] = []
    raw.answers["workspace/applyEdit"] = lambda params: edits.append(params["edit"]) or {"applied": False}
    params = {"command": "sessile.applyAutofix", "arguments": [URI]}
    assert raw.request("workspace/executeCommand", params) is False, "the client refused"
    assert apply(edits[0], {URI: "badname = 1\n"}) == {URI: "goodname = 1\n"}


def test_a_suppressed_finding_can_be_switched_on_again(raw: RawClient) -> None:
    text = "badname = 1  # sessile: ignore[BAD001, OTHER1]\n"
    assert opened(raw, text) == []
    found = actions(raw, (0, 0))
    assert [each["title"] for each in found] == ["Re-enable BAD001 here", "Re-enable OTHER1 here"]
    after = apply(resolved(raw, found[0]), {URI: text})[URI]
    assert after == "badname = 1  # sessile: ignore[OTHER1]\n"


def test_people_can_do_without_suppressions(raw: RawClient) -> None:
    raw.initialize(LAZY, initializationOptions={"suppressionActions": False, "fixAll": False})
    raw.open(URI, "badname = 1\n")
    raw.diagnostics(URI)
    assert [each["title"] for each in actions(raw, (0, 3))] == ["Rename to goodname"]


def test_all_findings_of_a_kind_are_repaired_together(raw: RawClient) -> None:
    text = "badname\nbadname\ndetached\n"
    opened(raw, text)
    assert not [each for each in actions(raw, (2, 1)) if "Fix all" in each["title"]], "there is only one"
    edit = resolved(raw, named(actions(raw, (1, 3)), "Fix all BAD001 in this file"))
    assert apply(edit, {URI: text}, {URI: 1})[URI] == "goodname\ngoodname\ndetached\n"
