"""Inlay hints: what becomes of objects and sessions, behind the lines where it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsp_launch import REAL
from lsp_raw import RawClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MODELS = """from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


Factory = sessionmaker(create_engine("sqlite://"))


def save(session: Session) -> None:
    session.commit()
"""
MAIN = """from models import Factory, User, save


def rename(key: int) -> str:
    session = Factory()
    user = session.get_one(User, key)
    user.name = "é😀"; session.commit()
    print(user.name)
    save(session)
    session.close()
    return user.name + str(session.get(User, key))


def create(name: str) -> User:
    with Factory() as session:
        user = User(name=name)
        session.add(user)
        session.commit()
        return user
"""
ALL = {
    7: "user: expired",
    8: "user: loaded again",
    9: "user: expired",
    10: "user: detached, all columns expired · session: closed",
    18: "user: expired",
    19: "user: detached, all columns expired",
}
HINTS: dict[str, Any] = {
    "textDocument": {"inlayHint": {}, "hover": {"contentFormat": ["markdown"]}},
    "workspace": {"inlayHint": {"refreshSupport": True}},
}
LINKS = {"textDocument": {"inlayHint": {"resolveSupport": {"properties": ["tooltip", "label.location"]}}}}
ON = {"inlayHints": True}


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., RawClient]]:
    (tmp_path / "models.py").write_text(MODELS)
    (tmp_path / "main.py").write_text(MAIN)
    clients: list[RawClient] = []

    def client_of(capabilities: object = HINTS, options: object = ON, text: str = MAIN) -> RawClient:
        client = RawClient(REAL, cwd=str(tmp_path))
        clients.append(client)
        folders = [{"uri": tmp_path.as_uri(), "name": "w"}]
        client.initialize(capabilities, workspaceFolders=folders, initializationOptions=options)
        client.open(uri(tmp_path), text)
        return client

    yield client_of
    for client in clients:
        client.kill()


def uri(folder: Path, name: str = "main.py") -> str:
    return (folder / name).as_uri()


def hints(client: RawClient, where: str, first: int = 1, last: int = 1000) -> list[Any]:
    place = {"start": {"line": first - 1, "character": 0}, "end": {"line": last - 1, "character": 0}}
    found: list[Any] = client.request("textDocument/inlayHint", {"textDocument": {"uri": where}, "range": place})
    return found


def labels(found: list[Any]) -> dict[int, str]:
    return {each["position"]["line"] + 1: label(each) for each in found}


def label(hint: Any) -> str:
    value = hint["label"]
    return value if isinstance(value, str) else "".join(part["value"] for part in value)


def test_what_becomes_of_objects_and_sessions(begin: Callable[..., RawClient], tmp_path: Path) -> None:
    found = hints(begin(), uri(tmp_path))
    assert labels(found) == ALL
    assert all(each["paddingLeft"] for each in found)


def test_only_for_those_who_asked(begin: Callable[..., RawClient], tmp_path: Path) -> None:
    for options in ({}, {"inlayHints": "yes"}, {"inlayHints": True, "enable": False}):
        assert hints(begin(options=options), uri(tmp_path)) == []


def test_only_to_clients_that_show_them(raw: RawClient) -> None:
    assert "inlayHintProvider" not in raw.initialize({"textDocument": {"hover": {}}})["capabilities"]


def test_to_clients_that_show_them(raw: RawClient) -> None:
    assert raw.initialize(HINTS)["capabilities"]["inlayHintProvider"] is True


def test_only_in_the_range(begin: Callable[..., RawClient], tmp_path: Path) -> None:
    client = begin()
    assert list(labels(hints(client, uri(tmp_path), 8, 10))) == [8, 9]
    assert list(labels(hints(client, uri(tmp_path), 12, 18))) == []
    assert list(labels(hints(client, uri(tmp_path), 12, 19))) == [18]


def test_the_tooltip_is_what_hover_says(begin: Callable[..., RawClient], tmp_path: Path) -> None:
    client = begin()
    (told,) = [each["tooltip"] for each in hints(client, uri(tmp_path)) if each["position"]["line"] == 8]
    place = {"textDocument": {"uri": uri(tmp_path)}, "position": {"line": 8, "character": 10}}
    assert told["kind"] == "markdown"
    assert "`user`: User, persistent, all columns expired by the commit at line 19 of models.py" in told["value"]
    assert "\n- line 6: loaded by `get_one`\n- line 7: expired by the commit" in told["value"]
    place["position"] = {"line": 10, "character": 13}
    known = client.request("textDocument/hover", place)["contents"]["value"].partition("\n\n---")[0]
    (closed,) = [each["tooltip"] for each in hints(client, uri(tmp_path)) if each["position"]["line"] == 9]
    assert known.replace("user.name", "user").splitlines()[0] in closed["value"]


def test_a_link_leads_to_a_cause_elsewhere(begin: Callable[..., RawClient], tmp_path: Path) -> None:
    client = begin({"textDocument": {**HINTS["textDocument"], **LINKS["textDocument"]}})
    found = {each["position"]["line"] + 1: each["label"] for each in hints(client, uri(tmp_path))}
    assert [part.get("location") for part in found[7]] == [None], "it happens there"
    assert found[9][0]["location"]["uri"] == uri(tmp_path, "models.py")
    assert found[9][0]["location"]["range"]["start"] == {"line": 18, "character": 4}
    assert [part["value"] for part in found[10]] == ["user: detached, all columns expired", " · session: closed"]
    assert "closed by `close()`" in found[10][1]["tooltip"]["value"]


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 42), ("utf-16", 39), ("utf-32", 38)])
def test_positions_in_every_encoding(
    begin: Callable[..., RawClient], tmp_path: Path, encoding: str, column: int
) -> None:
    found = hints(begin({**HINTS, "general": {"positionEncodings": [encoding]}}), uri(tmp_path), 7, 8)
    assert [each["position"] for each in found] == [{"line": 6, "character": column}]


def test_while_something_is_typed(begin: Callable[..., RawClient], tmp_path: Path) -> None:
    client = begin()
    assert labels(hints(client, uri(tmp_path))) == ALL
    at = {"line": 7, "character": 0}
    client.change(uri(tmp_path), 2, {"range": {"start": at, "end": at}, "text": "    session.\n"})
    moved = {line + (line > 7): text for line, text in ALL.items()}
    assert labels(hints(client, uri(tmp_path))) == moved


def test_news_from_another_file_is_told(begin: Callable[..., RawClient], tmp_path: Path) -> None:
    client = begin()
    assert labels(hints(client, uri(tmp_path))) == ALL
    client.seen.clear()
    client.open(uri(tmp_path, "models.py"), MODELS.replace('"sqlite://")', '"sqlite://"), expire_on_commit=False'))
    client.wait(lambda message: message.get("method") == "workspace/inlayHint/refresh", 20)
    kept = {10: "user: detached · session: closed", 19: "user: detached"}
    assert labels(hints(client, uri(tmp_path))) == kept


def test_switching_them_is_told(begin: Callable[..., RawClient], tmp_path: Path) -> None:
    asked = {**HINTS, "workspace": {**HINTS["workspace"], "configuration": True}}
    client = begin(asked, {})
    client.diagnostics(uri(tmp_path))
    for value in (True, False):
        client.seen.clear()
        client.answers["workspace/configuration"] = lambda params, value=value: (
            [{"inlayHints": value}] * len(params["items"])
        )
        client.notify("workspace/didChangeConfiguration", {"settings": None})
        client.wait(lambda message: message.get("method") == "workspace/inlayHint/refresh", 20)
        assert bool(hints(client, uri(tmp_path))) is value


def test_no_client_is_told_that_cannot_listen_or_does_not_want_them(
    begin: Callable[..., RawClient], tmp_path: Path
) -> None:
    for capabilities, options in (({"textDocument": {"inlayHint": {}}}, ON), (HINTS, {})):
        client = begin(capabilities, options)
        client.open(uri(tmp_path, "models.py"), MODELS.replace("commit()", "flush()"))
        client.diagnostics(uri(tmp_path, "models.py"))
        client.quiet(1)
        assert [each for each in client.seen if each.get("method") == "workspace/inlayHint/refresh"] == []


def test_a_buffer_that_was_never_saved(begin: Callable[..., RawClient]) -> None:
    client = begin()
    client.open("untitled:Untitled-1", MAIN)
    assert labels(hints(client, "untitled:Untitled-1")) == ALL


def test_in_the_cells_of_a_notebook(begin: Callable[..., RawClient], tmp_path: Path) -> None:
    client = begin({**HINTS, "notebookDocument": {"synchronization": {}}})
    texts = [
        "%load_ext sql\nfrom models import Factory, User\nsession = Factory()",
        "user = session.get_one(User, 1)\n!ls\nsession.commit()\nprint('é')",
        "session.close()\n",
        "print(user.name, session)\n",
    ]
    cells = [f"vscode-notebook-cell:{tmp_path}/a.ipynb#{number}" for number in range(len(texts))]
    items = [
        {"uri": cell, "languageId": "python", "version": 1, "text": text}
        for cell, text in zip(cells, texts, strict=True)
    ]
    book = {
        "uri": uri(tmp_path, "a.ipynb"),
        "notebookType": "jupyter-notebook",
        "version": 1,
        "cells": [{"kind": 2, "document": each} for each in cells],
    }
    client.notify("notebookDocument/didOpen", {"notebookDocument": book, "cellTextDocuments": items})
    assert [labels(hints(client, each)) for each in cells] == [
        {},
        {3: "user: expired"},
        {1: "user: detached, all columns expired · session: closed"},
        {},
    ]
