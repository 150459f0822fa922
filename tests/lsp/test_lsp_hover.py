"""Hover and completion: what is known of a value, the rule behind a finding, and the codes in suppressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lsp_raw import RawClient

URI = "file:///w/a.py"
MARKDOWN = {"textDocument": {"hover": {"contentFormat": ["markdown", "plaintext"]}}}


def hover(client: RawClient, line: int, character: int) -> Any:
    position = {"line": line, "character": character}
    return client.request("textDocument/hover", {"textDocument": {"uri": URI}, "position": position})


def completion(client: RawClient, line: int, character: int) -> Any:
    position = {"line": line, "character": character}
    return client.request("textDocument/completion", {"textDocument": {"uri": URI}, "position": position})


def test_a_finding_shows_its_rule(raw: RawClient) -> None:
    raw.initialize(MARKDOWN)
    raw.open(URI, "x = 1\nbadname = 2\n")
    for character in (0, 3, 7):
        shown = hover(raw, 1, character)
        assert shown["contents"]["kind"] == "markdown"
        for part in ("**BAD001**", "`badname` is used.", "**fails**", "(https://example.invalid/BAD001)"):
            assert part in shown["contents"]["value"]
        assert shown["range"] == {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 7}}
    assert hover(raw, 1, 8) is None
    assert hover(raw, 0, 0) is None


def test_a_value_shows_what_is_known_of_it(raw: RawClient) -> None:
    raw.initialize(MARKDOWN)
    raw.open(URI, "é = session\n")
    shown = hover(raw, 0, 6)
    assert shown["contents"]["value"] == "`session` is an open **session** (offset 4)"
    assert shown["range"] == {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 11}}


def test_clients_without_markdown_get_none(raw: RawClient) -> None:
    raw.initialize()
    raw.open(URI, "badname = 2\n")
    contents = hover(raw, 0, 0)["contents"]
    assert contents["kind"] == "plaintext"
    assert "**" not in contents["value"]
    assert "`" not in contents["value"]
    assert "Documentation of BAD001: https://example.invalid/BAD001" in contents["value"]


@pytest.mark.parametrize(
    "text",
    [
        "badname = 1  # sessile: ignore[BAD001]\n",
        "badname = 1  # sessile: ignore[OTHER, bad001]\n",
        "badname = 1  # noqa: BAD001\n",
        "# sessile: ignore-file[BAD001]\n",
    ],
)
def test_a_code_in_a_suppression_shows_its_rule(raw: RawClient, text: str) -> None:
    raw.initialize(MARKDOWN)
    raw.open(URI, text)
    start = text.lower().index("bad001")
    shown = hover(raw, 0, start + 2)
    assert "**BAD001**" in shown["contents"]["value"]
    assert shown["range"]["start"]["character"] == start
    assert hover(raw, 0, text.index("#") + 1) is None


def test_what_only_looks_like_a_suppression_shows_nothing(raw: RawClient) -> None:
    raw.initialize(MARKDOWN)
    raw.open(URI, "x = '# sessile: ignore[BAD001]'\n")
    assert hover(raw, 0, 25) is None


def test_codes_are_completed_inside_of_suppressions(raw: RawClient) -> None:
    raw.initialize()
    text = "hopeless = 1  # sessile: ignore[BA\n"
    raw.open(URI, text)
    items = completion(raw, 0, len(text) - 1)
    assert sorted(each["label"] for each in items) == [f"BAD00{number}" for number in range(1, 7)]
    first = min(items, key=lambda each: each["sortText"])
    assert (first["label"], first["preselect"], first["detail"]) == ("BAD004", True, "hopeless-used")
    assert first["textEdit"] == {
        "range": {
            "start": {"line": 0, "character": len(text) - 3},
            "end": {"line": 0, "character": len(text) - 1},
        },
        "newText": "BAD004",
    }


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("x  # sessile: ignore[|\n", True),
        ("x  # sessile: ignore[|]\n", True),
        ("x  # sessile: ignore[BAD001,|\n", True),
        ("x  # sessile: ignore[BAD001, |]\n", True),
        ("# sessile: ignore-file[B|AD001]\n", True),
        ("x  # sessile: ignore|\n", False),
        ("x  # sessile: ignore[BAD001]|\n", False),
        ("x  # noqa: BAD|\n", False),
        ("x[|\n", False),
        ("x = '# sessile: ignore[|'\n", False),
        ("|\n", False),
    ],
)
def test_where_codes_are_completed(raw: RawClient, text: str, offered: bool) -> None:
    raw.initialize()
    raw.open(URI, text.replace("|", ""))
    assert bool(completion(raw, 0, text.index("|"))) is offered
