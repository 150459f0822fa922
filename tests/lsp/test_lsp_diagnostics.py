"""What the client is told: by push or by pull, never both, and for the text that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsp_clients import PULLING, PUSHED

from sessile.lsp.capabilities import Client
from sessile.lsp.diagnostics import DiagnosticWriter
from sessile.lsp.documents import Opened
from sessile.rules.finding import Finding, Location, Severity
from sessile.text import Document, Range

if TYPE_CHECKING:
    from pathlib import Path

    from lsp_raw import RawClient

URI = "file:///w/a.py"
OTHER = "file:///w/b.py"


def pull(client: RawClient, previous: str | None = None, uri: str = URI) -> Any:
    params = {"textDocument": {"uri": uri}, **({"previousResultId": previous} if previous else {})}
    return client.request("textDocument/diagnostic", params)


def published(client: RawClient) -> list[Any]:
    return [each for each in client.seen if each.get("method") == "textDocument/publishDiagnostics"]


def test_a_finding_as_a_diagnostic(raw: RawClient) -> None:
    raw.initialize(PUSHED)
    raw.open(URI, "x = 1\nbadname = 2\n", 7)
    (found,) = raw.diagnostics(URI, 7)
    assert found == {
        "range": {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 7}},
        "severity": 1,
        "code": "BAD001",
        "codeDescription": {"href": "https://example.invalid/BAD001"},
        "source": "sessile",
        "message": "`badname` is used; it fails; use another name",
        "relatedInformation": [
            {
                "location": {
                    "uri": URI,
                    "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}},
                },
                "message": "`badname` began here",
            }
        ],
        "data": {"fingerprint": "BAD001:1", "version": 7},
    }


def test_severities(raw: RawClient) -> None:
    raw.initialize()
    raw.open(URI, "badname, detached, hopeless\n")
    assert [(each["code"], each["severity"]) for each in raw.diagnostics(URI)] == [
        ("BAD001", 1),
        ("BAD002", 2),
        ("BAD004", 3),
    ]


@pytest.mark.parametrize(("claims", "options"), [(False, {}), (True, {"relatedInformation": False})])
def test_the_story_is_in_the_text_for_clients_that_show_no_related_locations(
    raw: RawClient, claims: bool, options: object
) -> None:
    capabilities = {"textDocument": {"publishDiagnostics": {"relatedInformation": claims}}}
    raw.initialize(capabilities, initializationOptions=options)
    raw.open(URI, "x = 1\nbadname = 2\n")
    (found,) = raw.diagnostics(URI)
    assert "relatedInformation" not in found
    assert found["message"].splitlines()[1:] == ["- line 1: `badname` began here"]


def test_columns_are_counted_as_the_person_says(raw: RawClient) -> None:
    raw.initialize(initializationOptions={"positionEncoding": "utf-8"})
    raw.open(URI, "'é😀', badname\n")
    (found,) = raw.diagnostics(URI)
    assert found["range"]["start"] == {"line": 0, "character": len("'é😀', ".encode())}


def test_each_edit_is_answered_for_its_version(raw: RawClient) -> None:
    raw.initialize()
    raw.open(URI, "badname = 1\n", 1)
    assert len(raw.diagnostics(URI, 1)) == 1
    raw.change(URI, 2, {"text": ""})
    assert raw.diagnostics(URI, 2) == []
    raw.change(URI, 3, {"text": "badname = badname\n"})
    assert len(raw.diagnostics(URI, 3)) == 2


def test_queued_edits_are_diagnosed_once(raw: RawClient) -> None:
    raw.initialize()
    raw.open(URI, "slow = 1\n", 1)
    raw.diagnostics(URI, 1)
    raw.seen.clear()
    for version in range(2, 202):
        raw.change(URI, version, {"text": "slow = badname\n"})
    assert len(raw.diagnostics(URI, 201)) == 1
    assert len(published(raw)) < 50, "200 edits took one diagnosis each"


def test_positions_are_in_the_negotiated_units(raw: RawClient) -> None:
    raw.initialize({"general": {"positionEncodings": ["utf-16", "utf-8"]}})
    raw.open(URI, 'x = "é€\U0001f600"; badname\n')
    (found,) = raw.diagnostics(URI)
    assert found["range"]["start"]["character"] == len('x = "é€\U0001f600"; '.encode())


def test_positions_are_in_utf_16_where_nothing_else_is_offered(raw: RawClient) -> None:
    result = raw.initialize()
    assert result["capabilities"]["positionEncoding"] == "utf-16"
    raw.open(URI, 'x = "é€\U0001f600"; badname\n')
    (found,) = raw.diagnostics(URI)
    assert found["range"]["start"]["character"] == len('x = "é€xx"; ')


def test_positions_after_characters_that_end_no_line(raw: RawClient) -> None:
    raw.initialize()
    raw.open(URI, "a = '\x0c\x85\u2028'\r\nbadname\rbadname\n")
    assert [each["range"]["start"] for each in raw.diagnostics(URI)] == [
        {"line": 1, "character": 0},
        {"line": 2, "character": 0},
    ]


def test_closing_takes_the_diagnostics_away(raw: RawClient) -> None:
    raw.initialize()
    raw.open(URI, "badname = 1\n")
    assert raw.diagnostics(URI)
    raw.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    assert raw.diagnostics(URI) == []


def test_only_python_is_diagnosed(raw: RawClient) -> None:
    raw.initialize()
    raw.open("file:///w/notes.txt", "badname\n", language="plaintext")
    raw.open("git:/w/a.py?ref=HEAD", "badname\n")
    raw.open(URI, "")
    raw.diagnostics(URI)
    raw.quiet(0.4)
    assert {each["params"]["uri"] for each in published(raw)} == {URI}


def test_a_buffer_that_was_never_saved_is_diagnosed(raw: RawClient) -> None:
    raw.initialize()
    raw.open("untitled:Untitled-1", "badname\n")
    assert len(raw.diagnostics("untitled:Untitled-1")) == 1


def test_pulled_diagnostics_are_not_pushed(raw: RawClient) -> None:
    capabilities = raw.initialize(PULLING)["capabilities"]
    assert capabilities["diagnosticProvider"]["interFileDependencies"] is True
    raw.open(URI, "badname = 1\n")
    report = pull(raw)
    assert report["kind"] == "full"
    assert [each["code"] for each in report["items"]] == ["BAD001"]
    raw.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    raw.quiet(0.5)
    assert published(raw) == []


def test_pushing_servers_offer_no_pull(raw: RawClient) -> None:
    assert "diagnosticProvider" not in raw.initialize(PUSHED)["capabilities"]


def test_unchanged_diagnostics_are_said_to_be_so(raw: RawClient) -> None:
    raw.initialize(PULLING)
    raw.open(URI, "badname = 1\n", 1)
    first = pull(raw)
    assert pull(raw, first["resultId"]) == {"kind": "unchanged", "resultId": first["resultId"]}
    raw.change(URI, 2, {"text": "badname = 1\n# an edit that moves nothing\n"})
    assert pull(raw, first["resultId"])["kind"] == "unchanged"
    raw.change(URI, 3, {"text": "\nbadname = 1\n"})
    moved = pull(raw, first["resultId"])
    assert moved["kind"] == "full"
    assert moved["items"][0]["range"]["start"]["line"] == 1
    assert moved["resultId"] != first["resultId"]
    raw.change(URI, 4, {"text": "badname = 1\n"})
    assert pull(raw, moved["resultId"])["resultId"] == first["resultId"]
    assert pull(raw, "from another server")["kind"] == "full"


def test_a_pull_behind_queued_edits_is_for_the_newest_text(raw: RawClient) -> None:
    raw.initialize(PULLING)
    raw.open(URI, "", 1)
    request = raw.ask("textDocument/diagnostic", {"textDocument": {"uri": URI}})
    raw.change(URI, 2, {"text": "badname\n"})
    newest = raw.ask("textDocument/diagnostic", {"textDocument": {"uri": URI}})
    raw.reply(request)
    assert len(raw.reply(newest)["result"]["items"]) == 1


def test_other_files_follow_after_a_pause(raw: RawClient) -> None:
    raw.initialize()
    raw.open(URI, "shared\n")
    raw.open(OTHER, "x = 1\n", 1)
    assert raw.diagnostics(URI) == []
    raw.change(OTHER, 2, {"text": "shared = False\n"})
    assert [each["code"] for each in raw.diagnostics(URI, 1)] == ["BAD003"]
    raw.change(OTHER, 3, {"text": "x = 1\n"})
    assert raw.diagnostics(URI, 1) == []


def test_other_files_are_not_told_twice(raw: RawClient) -> None:
    raw.initialize()
    raw.open(URI, "badname\n")
    raw.open("file:///w/always.py", "x = 1\n", 1)
    raw.diagnostics(URI)
    raw.change("file:///w/always.py", 2, {"text": "x = 2\n"})
    raw.quiet(0.6)
    told = [each["params"]["uri"] for each in published(raw)]
    assert told.count(URI) == 1, "nothing changed for it"


def test_pulling_clients_are_asked_to_pull_again_only_where_something_changed(raw: RawClient) -> None:
    raw.initialize(PULLING)
    raw.open(URI, "shared\n")
    raw.open(OTHER, "x = 1\n", 1)
    first = pull(raw)
    raw.change(OTHER, 2, {"text": "x = 2\n"})
    refresh = "workspace/diagnostic/refresh"
    assert not [each for each in raw.quiet(0.6) if each.get("method") == refresh]
    raw.change(OTHER, 3, {"text": "shared = False\n"})
    raw.wait(lambda each: each.get("method") == refresh)
    assert pull(raw, first["resultId"])["kind"] == "full"


def test_a_save_is_seen_at_once(raw: RawClient, tmp_path: Path) -> None:
    raw.initialize()
    uri = (tmp_path / "always.py").as_uri()
    raw.open(URI, "badname\n")
    raw.open(uri, "shared = False\n")
    raw.open(OTHER, "shared\n")
    raw.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    told = raw.notification("textDocument/publishDiagnostics", lambda p: p["uri"] == OTHER and p["diagnostics"])
    assert [each["code"] for each in told["diagnostics"]] == ["BAD003"]


def test_what_is_legacy_is_tagged() -> None:
    place = Range.at(1, 0, 1, 1)
    finding = Finding("GET003", "legacy-query-get", Severity.HINT, "m", Location("/w/a.py", place), place, "f")
    opened = Opened(URI, "python", Document("/w/a.py", "x"), True)
    for client, tags in ((Client(diagnostic_tags=frozenset({1, 2})), [2]), (Client(), None)):
        (diagnostic,) = DiagnosticWriter(client, lambda _: {}, lambda _: None).all([finding], opened)
        assert diagnostic.get("tags") == tags
