"""Configuration files in the editor: hover and completion of options, and mistakes as they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsp_clients import LAZY
from lsp_edits import apply_edits
from lsp_fake import FakeBackend

from sessile.lsp.analysis import Analysis
from sessile.lsp.settings_file.asking import said_of_setting, words_for_setting
from sessile.lsp.settings_file.place import Role, place_at
from sessile.project.settings import options
from sessile.text import Document, Edit
from sessile.text import apply_edits as applied

if TYPE_CHECKING:
    from pathlib import Path

    from lsp_raw import RawClient

SHARED, OWN = "/w/pyproject.toml", "/w/sessile.toml"
NAMES = {each.name for each in options()}


def at(text: str, path: str = SHARED) -> tuple[Document, Any]:
    """The document without its `|`, and where that was."""
    document = Document(path, text.replace("|", ""))
    return document, document.lines.position(text.index("|"))


def said(text: str, path: str = SHARED) -> str:
    found = said_of_setting(Analysis(), *at(text, path))
    return found[0] if found else ""


def completed(text: str, label: str, path: str = SHARED) -> str:
    """The text after one of the words that are offered was chosen."""
    document, position = at(text, path)
    word = next(each for each in words_for_setting(Analysis(), document, position) if each.label == label)
    return applied(document.text, [Edit(word.range, word.text)])


def labels(text: str, path: str = SHARED) -> set[str]:
    return {each.label for each in words_for_setting(Analysis(), *at(text, path))}


@pytest.mark.parametrize(
    ("text", "role", "keys", "word"),
    [
        ("|", Role.KEY, (), ""),
        ("a.b| = 1", Role.KEY, ("a", "b"), "b"),
        ('[tool."x y"]\nk = |', Role.VALUE, ("tool", "x y", "k"), ""),
        ("[tool.ses|sile]", Role.HEADER, ("tool", "sessile"), "sessile"),
        ('[t]\nk = ["a", # ["\n  "b|c"]', Role.VALUE, ("t", "k"), "bc"),
        ('[t]\nk = { x = ["a"], "y z|" = 1 }', Role.KEY, ("t", "k", "y z"), "y z"),
        ("[t]\nk = { x = tr|ue }\n", Role.VALUE, ("t", "k", "x"), "true"),
        ('k = """\n[no]\n"""\nj|', Role.KEY, ("j",), "j"),
        ('[a]\nx = ["unclosed\n', None, None, None),
        ("# com|ment", None, None, None),
    ],
)
def test_places(text: str, role: Role | None, keys: tuple[str, ...] | None, word: str | None) -> None:
    if "|" not in text:
        text += "|"
        role, keys, word = Role.VALUE, ("a", "x"), ""
    offset = text.index("|")
    plain = text.replace("|", "")
    found = place_at(plain, offset)
    assert (found is None) is (role is None)
    if found:
        assert (found.role, found.keys, plain[found.start : found.end]) == (role, keys, word)


def test_every_option_has_its_hover() -> None:
    for name in NAMES:
        assert f"**{name}**" in said(f"[tool.sessile]\n{name[:2]}|{name[2:]} = 1\n")
        assert f"**{name}**" in said(f"|{name} = 1\n", OWN)
    assert said("[tool.other]\nsel|ect = 1") == ""
    assert said("[tool.sessile]\nnon|sense = 1") == ""


def test_selectors_show_their_rules() -> None:
    assert "DetachedInstanceError" in said('[tool.sessile]\nselect = ["SCOPE|001"]')
    assert "`SCOPE002`" in said('[tool.sessile]\nignore = ["SC|OPE"]')
    assert "SCOPE001" in said('[tool.sessile.severity]\nSCO|PE001 = "error"')
    assert "SCOPE001" in said('[tool.sessile]\nper-file-ignores = { "tests/" = ["SCOP|E001"] }')
    assert "commits the session" in said('[tool.sessile.functions]\n"a.b" = { comm|its = true }')
    assert "**fail-on**" in said('[tool.sessile]\nfail-on = "err|or"')


def test_options_are_completed() -> None:
    assert labels("[tool.sessile]\n|") == NAMES
    assert completed("[tool.sessile]\nexte|", "extend-select") == "[tool.sessile]\nextend-select = "
    assert completed("se|", "select", OWN) == "select = "
    assert labels("[tool.other]\n|") == set()
    assert labels("|") == set(), "outside of our table"
    assert {"commits", "returns"} <= labels('[tool.sessile]\nfunctions = { "a.b" = { | } }')


def test_values_are_completed() -> None:
    assert completed("[tool.sessile]\nselect = [|", "SCOPE001") == '[tool.sessile]\nselect = ["SCOPE001"'
    assert completed('[tool.sessile]\nselect = ["SC|"]', "SCOPE") == '[tool.sessile]\nselect = ["SCOPE"]'
    assert labels('[tool.sessile]\nfail-on = "|"') == {"error", "warning", "information", "hint"}
    assert completed("[tool.sessile]\nfix = |", "true") == "[tool.sessile]\nfix = true"
    assert "GET" in labels("[tool.sessile]\nseverity = { |")
    assert labels("[tool.sessile]\nselect = |") == set(), "a list is to be opened first"
    assert labels('[tool.sessile]\nselect = ["A"] # |') == set()


def test_it_works_over_the_wire(raw: RawClient, tmp_path: Path) -> None:
    raw.initialize(LAZY)
    uri, text = (tmp_path / "pyproject.toml").as_uri(), '[tool.sessile]\nselect = ["BAD001", "B"]\n'
    raw.open(uri, text, language="toml")
    place = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 14}}
    shown = raw.request("textDocument/hover", place)
    assert "BAD001" in shown["contents"]["value"]
    assert shown["range"]["start"] == {"line": 1, "character": 11}
    place["position"]["character"] = 22
    items = raw.request("textDocument/completion", place)
    assert {"ALL", "BAD", "BAD002"} <= {each["label"] for each in items}
    edit = next(each["textEdit"] for each in items if each["label"] == "BAD002")
    assert apply_edits(text, [edit]) == text.replace('"B"', '"BAD002"')


def test_mistakes_are_told_as_they_are_typed(raw: RawClient, tmp_path: Path) -> None:
    raw.initialize({}, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "w"}])
    path = tmp_path / "pyproject.toml"
    path.write_text("")
    raw.open(path.as_uri(), "", language="toml")
    raw.change(path.as_uri(), 2, {"text": "\nx = broken\n"})
    assert [each["range"]["start"]["line"] for each in raw.diagnostics(path.as_uri())] == [1]
    raw.change(path.as_uri(), 3, {"text": "\n"})
    assert raw.diagnostics(path.as_uri()) == []
    path.write_text("x = broken\n")
    raw.notify("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})
    raw.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 2}]})
    assert raw.diagnostics(path.as_uri()), "the disk counts again"


def test_mistakes_are_pulled_by_those_who_pull(raw: RawClient, tmp_path: Path) -> None:
    raw.initialize({"textDocument": {"diagnostic": {}}}, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "w"}])
    uri = (tmp_path / "sessile.toml").as_uri()
    raw.open(uri, "x = broken\n", language="toml")
    pull = {"textDocument": {"uri": uri}}
    found = raw.request("textDocument/diagnostic", pull)
    assert [each["code"] for each in found["items"]] == ["configuration"]
    again = raw.request("textDocument/diagnostic", {**pull, "previousResultId": found["resultId"]})
    assert again["kind"] == "unchanged"
    assert not [each for each in raw.seen if each.get("method") == "textDocument/publishDiagnostics"], "never twice"


def test_the_fake_knows_what_the_real_one_does() -> None:
    assert {name for name in dir(Analysis) if name[0] != "_"} <= set(dir(FakeBackend()))
