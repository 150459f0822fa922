"""Notebooks: one module of all cells, findings and fixes of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsp_clients import LAZY
from lsp_edits import apply
from lsp_launch import REAL
from lsp_raw import RawClient

from sessile.lsp.notebooks.magics import python_of
from sessile.syntax import parse
from sessile.text import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

BOOK = "file:///w/a.ipynb"
NOTEBOOKS = {**LAZY, "notebookDocument": {"synchronization": {}}}


def cell(number: int) -> str:
    return f"vscode-notebook-cell:/w/a.ipynb#{number}"


def kind(language: str) -> int:
    return 1 if language == "markdown" else 2


def opened(client: RawClient, *texts: str | tuple[str, str], book: str = BOOK) -> dict[str, str]:
    """Open a notebook; the texts of its cells by URI. A pair is language and text."""
    pairs = [("python", each) if isinstance(each, str) else each for each in texts]
    items = [item(number, *pair) for number, pair in enumerate(pairs)]
    cells = [{"kind": kind(each["languageId"]), "document": each["uri"]} for each in items]
    notebook = {"uri": book, "notebookType": "jupyter-notebook", "version": 1, "cells": cells}
    client.notify("notebookDocument/didOpen", {"notebookDocument": notebook, "cellTextDocuments": items})
    return {each["uri"]: each["text"] for each in items}


def item(number: int, language: str, text: str, version: int = 1) -> dict[str, Any]:
    return {"uri": cell(number), "languageId": language, "version": version, "text": text}


def change(client: RawClient, version: int, book: str = BOOK, **cells: Any) -> None:
    client.notify(
        "notebookDocument/didChange",
        {"notebookDocument": {"uri": book, "version": version}, "change": {"cells": cells}},
    )


def edit(client: RawClient, number: int, version: int, text: str) -> None:
    change(
        client,
        version,
        textContent=[{"document": {"uri": cell(number), "version": version}, "changes": [{"text": text}]}],
    )


def codes(client: RawClient, number: int, version: int | None = None) -> list[tuple[str, int]]:
    found = client.diagnostics(cell(number), version)
    return [(each["code"], each["range"]["start"]["line"]) for each in found]


def actions(client: RawClient, number: int, line: int, **context: Any) -> Mapping[str, Any]:
    place = {"line": line, "character": 0}
    params = {
        "textDocument": {"uri": cell(number)},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], **context},
    }
    return {each["title"]: each for each in client.request("textDocument/codeAction", params)}


def test_findings_are_told_of_their_cells(raw: RawClient) -> None:
    offered = raw.initialize(NOTEBOOKS)["capabilities"]
    selector = {"notebook": "*", "cells": [{"language": "python"}]}
    assert offered["notebookDocumentSync"]["notebookSelector"] == [selector]
    opened(raw, "x = 1", ("markdown", "badname"), "\nbadname", "y = 1\n")
    assert codes(raw, 0) == []
    assert codes(raw, 2) == [("BAD001", 1)]
    assert codes(raw, 3) == []


def test_clients_without_notebooks_are_offered_none(raw: RawClient) -> None:
    assert "notebookDocumentSync" not in raw.initialize(LAZY)["capabilities"]


def test_a_story_leads_into_other_cells(raw: RawClient) -> None:
    raw.initialize({**NOTEBOOKS, "textDocument": {"publishDiagnostics": {"relatedInformation": True}}})
    opened(raw, "x = 1", "badname")
    (found,) = raw.diagnostics(cell(1))
    (step,) = found["relatedInformation"]
    assert step["location"]["uri"] == cell(0)
    assert step["location"]["range"]["start"]["line"] == 0


def test_edits_and_moves_are_followed(raw: RawClient) -> None:
    raw.initialize(NOTEBOOKS)
    opened(raw, "badname", "x = 1")
    assert codes(raw, 0) == [("BAD001", 0)]
    edit(raw, 0, 2, "\n\nbadname")
    assert codes(raw, 0, 2) == [("BAD001", 2)]
    array = {"start": 1, "deleteCount": 1, "cells": [{"kind": 2, "document": cell(5)}]}
    structure = {"array": array, "didOpen": [item(5, "python", "detached")], "didClose": [{"uri": cell(1)}]}
    change(raw, 3, structure=structure)
    assert codes(raw, 1) == []
    assert codes(raw, 5) == [("BAD002", 0)]
    raw.notify(
        "notebookDocument/didClose",
        {"notebookDocument": {"uri": BOOK}, "cellTextDocuments": [{"uri": cell(0)}, {"uri": cell(5)}]},
    )
    assert codes(raw, 0) == []
    assert codes(raw, 5) == []


def test_a_cell_that_turns_to_the_shell_is_cleared(raw: RawClient) -> None:
    raw.initialize(NOTEBOOKS)
    opened(raw, "badname", "badname")
    assert codes(raw, 1) == [("BAD001", 0)]
    edit(raw, 1, 2, "%%bash\nbadname")
    assert codes(raw, 1, 2) == []
    edit(raw, 1, 3, "%%time\nbadname")
    assert codes(raw, 1, 3) == [("BAD001", 1)]


def test_cells_are_pulled_one_by_one(raw: RawClient) -> None:
    raw.initialize({**NOTEBOOKS, "textDocument": {"diagnostic": {}}})
    opened(raw, "badname", "x = 1")
    pull = {"textDocument": {"uri": cell(0)}}
    first = raw.request("textDocument/diagnostic", pull)
    assert [each["code"] for each in first["items"]] == ["BAD001"]
    edit(raw, 1, 2, "detached")
    again = raw.request("textDocument/diagnostic", {**pull, "previousResultId": first["resultId"]})
    assert again["kind"] == "unchanged", "another cell was edited"


def test_a_quick_fix_edits_its_cell(raw: RawClient) -> None:
    raw.initialize(NOTEBOOKS)
    texts = opened(raw, "x = 1", "%matplotlib inline\nbadname", "badname")
    codes(raw, 1)
    found = actions(raw, 1, 1)
    after = apply(raw.request("codeAction/resolve", found["Rename to goodname"])["edit"], texts)
    assert after == {**texts, cell(1): "%matplotlib inline\ngoodname"}
    after = apply(raw.request("codeAction/resolve", found["Ignore BAD001 for this line"])["edit"], texts)
    assert after[cell(1)] == "%matplotlib inline\nbadname  # sessile: ignore[BAD001]"


def test_fix_all_edits_a_cell_or_the_notebook(raw: RawClient) -> None:
    raw.initialize(NOTEBOOKS)
    texts = opened(raw, "badname\n", "badname\nbadname", "badname")
    codes(raw, 1)
    found = actions(raw, 1, 0, only=["source.fixAll"])
    assert [each["kind"] for each in found.values()] == ["source.fixAll.sessile"]
    after = apply(raw.request("codeAction/resolve", *found.values())["edit"], texts)
    assert after == {**texts, cell(1): "goodname\ngoodname"}
    found = actions(raw, 0, 0, only=["notebook.source.fixAll"])
    assert [each["kind"] for each in found.values()] == ["notebook.source.fixAll.sessile"]
    after = apply(raw.request("codeAction/resolve", *found.values())["edit"], texts)
    assert after == {uri: text.replace("badname", "goodname") for uri, text in texts.items()}


def test_hover_and_completion_work_in_cells(raw: RawClient) -> None:
    raw.initialize(NOTEBOOKS)
    opened(raw, "x = 1", "session", "badname  # sessile: ignore[BAD001]")
    codes(raw, 1)
    at = {"textDocument": {"uri": cell(1)}, "position": {"line": 0, "character": 2}}
    shown = raw.request("textDocument/hover", at)
    assert "open session" in shown["contents"]["value"]
    assert shown["range"]["start"] == {"line": 0, "character": 0}
    at = {"textDocument": {"uri": cell(2)}, "position": {"line": 0, "character": 28}}
    assert "BAD001" in raw.request("textDocument/hover", at)["contents"]["value"]
    assert "BAD001" in [each["label"] for each in raw.request("textDocument/completion", at)]


def test_a_notebook_that_was_never_saved(raw: RawClient) -> None:
    raw.initialize(NOTEBOOKS)
    opened(raw, "badname", book="untitled:Untitled-1.ipynb")
    assert codes(raw, 0) == [("BAD001", 0)]


@pytest.mark.parametrize(
    "cells",
    [
        {"textContent": [{"document": {"uri": cell(9), "version": 2}, "changes": [{"text": ""}]}]},
        {"structure": {"array": {"start": 7, "deleteCount": 3}, "didClose": [{"uri": cell(9)}]}},
        {"structure": {"array": {"start": 0, "deleteCount": 0, "cells": [{"kind": 2, "document": cell(9)}]}}},
    ],
)
def test_odd_changes_do_no_harm(raw: RawClient, cells: Any) -> None:
    raw.initialize(NOTEBOOKS)
    opened(raw, "badname")
    codes(raw, 0)
    change(raw, 2, **cells)
    change(raw, 3, book="file:///not/open.ipynb", **cells)
    edit(raw, 0, 4, "detached")
    assert codes(raw, 0, 4) == [("BAD002", 0)]


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("x = 1", "x = 1"),
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("if x:\n    !ls | wc\n    y = 1", "if x:\n    pass\n    y = 1"),
        ("files = !ls\n", "files = get_ipython()\n"),
        ("a, b = %timeit -o f()\nx", "a, b = get_ipython()\nx"),
        ("!echo it's (\nx = 1", "pass\nx = 1"),
        ("!ls \\\n  -l\nx = 1", "pass\n\nx = 1"),
        ("session?\nx = 1", "pass\nx = 1"),
        ("?session.get\r\nx = 1", "pass\r\nx = 1"),
        ("x = (5\n% 3)\ny = '''\n!no\n%no\n'''", None),
        ("x = y % 3\nx %= 3\nz = x != 3", None),
        ("'really?'\n# why?\n", None),
        ("%%time\nx = 1", "pass\nx = 1"),
    ],
)
def test_what_is_not_python_is_taken_out(text: str, python: str | None) -> None:
    found = python_of(text)
    assert found
    assert found.text == (text if python is None else python)
    assert not [each for each in parse(Document("a", found.text)).blocks if each.block.problem]


@pytest.mark.parametrize("text", ["%%bash\nx = 1", "\n%%html\n", "%%writefile a.py\nx", "%%!\nls", "%%sql\nSELECT 1"])
def test_cells_of_others_are_left_alone(text: str) -> None:
    assert python_of(text) is None


MODELS = """from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


engine = create_engine("sqlite://")
"""
WORK = """%%time
with Session(engine) as session:
    user = session.get_one(User, 1)
    session.commit()
"""


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RawClient]:
    client = RawClient(REAL, cwd=str(tmp_path))
    client.initialize(NOTEBOOKS, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "w"}])
    yield client
    client.kill()


def test_an_object_is_followed_from_cell_to_cell(real: RawClient, tmp_path: Path) -> None:
    opened(real, MODELS, WORK, "!date\nuser.name", book=(tmp_path / "a.ipynb").as_uri())
    found = real.diagnostics(cell(2))
    assert [(each["code"], each["range"]["start"]["line"]) for each in found] == [("SCOPE001", 1)]
    edit_uri = (tmp_path / "a.ipynb").as_uri()
    text = [{"document": {"uri": cell(1), "version": 2}, "changes": [{"text": WORK.replace("session.commit()", "")}]}]
    change(real, 2, book=edit_uri, textContent=text)
    assert real.diagnostics(cell(2)) == [], "another cell changed the verdict"
