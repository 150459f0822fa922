"""The server with the real engine behind it: what somebody sees who types, fixes, suppresses and looks around."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsp_clients import LAZY
from lsp_edits import apply
from lsp_launch import REAL
from lsp_raw import RawClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODELS = """from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


engine = create_engine("sqlite://")
Factory = sessionmaker(engine)
"""
MAIN = """from models import Factory, User


def rename(key: int, name: str) -> str:
    with Factory() as session:
        user = session.get_one(User, key)
        user.name = name
        session.commit()
    return user.name


def other(key: int) -> None:
    with Factory() as session:
        session.add(User(name="x"))
"""
CAPABILITIES = {
    **LAZY,
    "textDocument": {**LAZY["textDocument"], "publishDiagnostics": {"relatedInformation": True}},
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[RawClient]:
    (tmp_path / "models.py").write_text(MODELS)
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / "pyproject.toml").write_text("[tool.sessile]\n")
    client = RawClient(REAL, cwd=str(tmp_path))
    client.initialize(CAPABILITIES, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "w"}])
    yield client
    client.kill()


@pytest.fixture
def main(tmp_path: Path, client: RawClient) -> str:
    uri = (tmp_path / "main.py").as_uri()
    client.open(uri, MAIN)
    return uri


def codes(diagnostics: list[Any]) -> list[tuple[str, int]]:
    return [(each["code"], each["range"]["start"]["line"] + 1) for each in diagnostics]


def insert(client: RawClient, uri: str, version: int, line: int, text: str) -> list[Any]:
    at = {"line": line - 1, "character": 0}
    client.change(uri, version, {"range": {"start": at, "end": at}, "text": text})
    return client.diagnostics(uri, version)


def test_a_finding_with_its_story(client: RawClient, main: str) -> None:
    found = client.diagnostics(main)
    assert codes(found) == [("SCOPE001", 9), ("COMMIT001", 14)]
    story = [
        (each["location"]["range"]["start"]["line"] + 1, each["message"]) for each in found[0]["relatedInformation"]
    ]
    assert [line for line, _ in story] == [6, 8, 5]
    assert "expired" in story[1][1]
    assert found[0]["codeDescription"]["href"].endswith("/SCOPE001")
    assert found[0]["severity"] == 1


def test_an_edit_is_followed(client: RawClient, main: str) -> None:
    client.diagnostics(main)
    assert codes(insert(client, main, 2, 1, "# a comment\n")) == [("SCOPE001", 10), ("COMMIT001", 15)]
    assert codes(insert(client, main, 3, 10, "        name = user.name\n"))[-1] == ("COMMIT001", 16)


def test_broken_code_keeps_its_findings_and_those_of_others(client: RawClient, main: str) -> None:
    client.diagnostics(main)
    found = insert(client, main, 2, 8, "        session.\n")
    assert sorted(codes(found)) == [("COMMIT001", 15), ("SCOPE001", 10), ("SYNTAX", 8)]
    assert codes(insert(client, main, 3, 1, "\n"))[-1] == ("COMMIT001", 16)


def test_a_fix_goes_from_the_menu_into_the_text(client: RawClient, main: str) -> None:
    found = client.diagnostics(main)
    at = found[1]["range"]
    params = {"textDocument": {"uri": main}, "range": at, "context": {"diagnostics": [found[1]]}}
    actions = client.request("textDocument/codeAction", params)
    assert actions[0]["title"] == "Commit before the session ends"
    action = client.request("codeAction/resolve", actions[0])
    after = apply(action["edit"], {main: MAIN}, {main: 1})[main]
    client.change(main, 2, {"text": after})
    assert codes(client.diagnostics(main, 2)) == [("SCOPE001", 9)]


def test_suppressing_what_is_found(client: RawClient, main: str) -> None:
    text = MAIN
    for version, (title, left) in enumerate(
        [("Ignore SCOPE001 for this line", [("COMMIT001", 14)]), ("Ignore COMMIT001 in this file", [])], 1
    ):
        found = client.diagnostics(main, version)
        params = {"textDocument": {"uri": main}, "range": found[0]["range"], "context": {"diagnostics": found[:1]}}
        actions = client.request("textDocument/codeAction", params)
        action = next(each for each in actions if each["title"] == title)
        text = apply(client.request("codeAction/resolve", action)["edit"], {main: text}, {main: version})[main]
        client.change(main, version + 1, {"text": text})
        if left:
            continue
    assert client.diagnostics(main, 3) == []


def test_hover_shows_the_rule(client: RawClient, main: str) -> None:
    client.diagnostics(main)
    shown = client.request(
        "textDocument/hover", {"textDocument": {"uri": main}, "position": {"line": 8, "character": 12}}
    )
    assert "SCOPE001" in shown["contents"]["value"]
    assert "DetachedInstanceError" in shown["contents"]["value"]


def test_hover_shows_what_is_known_of_a_value(client: RawClient, main: str) -> None:
    client.diagnostics(main)
    place = {"textDocument": {"uri": main}, "position": {"line": 6, "character": 9}}
    shown = client.request("textDocument/hover", place)
    assert "User" in shown["contents"]["value"]
    assert shown["range"] == {"start": {"line": 6, "character": 8}, "end": {"line": 6, "character": 12}}
    insert(client, main, 2, 6, "        session.\n")
    place["position"]["line"] = 7
    assert "User" in client.request("textDocument/hover", place)["contents"]["value"], "while a line is broken, too"


def test_another_file_changes_the_verdict(client: RawClient, main: str, tmp_path: Path) -> None:
    assert codes(client.diagnostics(main))[0] == ("SCOPE001", 9)
    models = (tmp_path / "models.py").as_uri()
    client.open(models, MODELS)
    client.change(models, 2, {"text": MODELS.replace("(engine)", "(engine, expire_on_commit=False)")})
    told = client.notification("textDocument/publishDiagnostics", lambda p: p["uri"] == main)
    assert codes(told["diagnostics"]) == [("COMMIT001", 14)]
    client.notify("textDocument/didClose", {"textDocument": {"uri": models}})
    told = client.notification("textDocument/publishDiagnostics", lambda p: p["uri"] == main)
    assert codes(told["diagnostics"])[0] == ("SCOPE001", 9), "the disk's text counts again"


def test_the_configuration_is_followed_and_its_mistakes_are_told(client: RawClient, main: str, tmp_path: Path) -> None:
    client.diagnostics(main)
    path = tmp_path / "pyproject.toml"
    changed = {"changes": [{"uri": path.as_uri(), "type": 2}]}
    path.write_text('[tool.sessile]\nignore = ["SCOPE001"]\n')
    client.notify("workspace/didChangeWatchedFiles", changed)
    assert codes(client.diagnostics(main)) == [("COMMIT001", 14)]
    path.write_text('[tool.sessile]\nignore = ["SCOPE001"]\nnonsense = 1\n')
    client.notify("workspace/didChangeWatchedFiles", changed)
    (problem,) = client.diagnostics(path.as_uri())
    assert problem["range"] == {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 12}}
    assert "`nonsense`" in problem["message"] or "nonsense" in problem["message"]
    assert not [each for each in client.quiet(0.5) if each.get("params", {}).get("uri") == main], (
        "the last good ones hold"
    )


def test_excluded_files_are_left_alone(client: RawClient, tmp_path: Path) -> None:
    uri = (tmp_path / "build" / "main.py").as_uri()
    client.open(uri, MAIN)
    assert client.diagnostics(uri) == []


def test_each_folder_has_settings_of_its_own(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("strict", "lax", "quiet")]
    for folder in folders:
        folder.mkdir()
        (folder / "models.py").write_text(MODELS)
    (tmp_path / "lax" / "sessile.toml").write_text('ignore = ["SCOPE"]\n')
    client = RawClient(REAL)
    told = {folders[2].as_uri(): {"ignore": ["COMMIT001"]}}
    client.answers["workspace/configuration"] = lambda params: [
        told.get(each.get("scopeUri")) for each in params["items"]
    ]
    capabilities = {"workspace": {"configuration": True, "workspaceFolders": True}}
    client.initialize(capabilities, workspaceFolders=[{"uri": each.as_uri(), "name": each.name} for each in folders])
    found = []
    for folder in folders:
        uri = (folder / "main.py").as_uri()
        client.open(uri, MAIN)
        found.append([code for code, _ in codes(client.diagnostics(uri))])
    client.kill()
    assert found == [["SCOPE001", "COMMIT001"], ["COMMIT001"], ["SCOPE001"]]


def test_a_buffer_that_was_never_saved_sees_the_project(client: RawClient) -> None:
    client.open("untitled:Untitled-1", MAIN)
    assert codes(client.diagnostics("untitled:Untitled-1")) == [("SCOPE001", 9), ("COMMIT001", 14)]
