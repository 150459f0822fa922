"""`refactor.rewrite`: what is right, written in another way, for those who ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsp_clients import EAGER, LAZY
from lsp_edits import apply
from lsp_launch import REAL
from lsp_raw import RawClient
from test_lsp_actions import CONTENT_MODIFIED, REQUEST_FAILED, URI, actions, named, opened, resolved
from test_lsp_hints import MODELS
from test_lsp_notebooks import NOTEBOOKS, cell
from test_lsp_notebooks import opened as open_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAIN = """from models import Factory, User
from sqlalchemy import select


def names() -> list[str]:
    with Factory() as session:
        return [user.name for user in session.execute(select(User)).scalars().all()]
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[RawClient]:
    (tmp_path / "models.py").write_text(MODELS)
    client = RawClient(REAL, cwd=str(tmp_path))
    client.initialize(LAZY, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "w"}])
    yield client
    client.kill()


def after(edit: Any, text: str, uri: str = URI) -> str:
    return apply(edit, {uri: text})[uri]


def test_a_rewrite_is_offered_and_made_when_it_is_chosen(raw: RawClient) -> None:
    opened(raw, "é = wordy\n")
    (action,) = actions(raw, (0, 6))
    assert (action["title"], action["kind"], "edit" in action) == ("Say less", "refactor.rewrite.scalars", False)
    assert after(resolved(raw, action), "é = wordy\n") == "é = terse\n"


def test_the_right_one_of_several_in_a_line(raw: RawClient) -> None:
    text = "wordy + wordy\nwordy\n"
    opened(raw, text)
    (action,) = actions(raw, (0, 10))
    assert after(resolved(raw, action), text) == "wordy + terse\nwordy\n"
    assert len(actions(raw, (0, 0), (1, 2))) == 3


@pytest.mark.parametrize(
    ("only", "offered"),
    [
        (["refactor"], True),
        (["refactor.rewrite"], True),
        (["refactor.rewrite.scalars"], True),
        (["refactor.rewrite.scalar"], False),
        (["refactor.extract"], False),
        (["quickfix", "source.fixAll", "source"], False),
    ],
)
def test_only_the_kinds_asked_for(raw: RawClient, only: list[str], offered: bool) -> None:
    opened(raw, "wordy\n")
    assert bool(actions(raw, (0, 2), only=only)) is offered


def test_clients_that_resolve_nothing_get_the_edit_at_once(raw: RawClient) -> None:
    opened(raw, "wordy\n", EAGER)
    (action,) = actions(raw, (0, 2))
    assert after(action["edit"], "wordy\n") == "terse\n"


def test_a_rewrite_for_another_text_is_refused(raw: RawClient) -> None:
    opened(raw, "wordy\n")
    (action,) = actions(raw, (0, 2))
    raw.change(URI, 2, {"text": "\nwordy\n"})
    assert raw.refusal("codeAction/resolve", action)["code"] == CONTENT_MODIFIED
    action["data"]["version"] = 2
    assert raw.refusal("codeAction/resolve", action)["code"] == REQUEST_FAILED


def test_in_the_cell_of_a_notebook(raw: RawClient) -> None:
    raw.initialize(NOTEBOOKS)
    texts = open_notebook(raw, "x = 1\n", "%time\nwordy\n")
    (action,) = actions(raw, (1, 2), uri=cell(1), only=["refactor"])
    assert after(resolved(raw, action), texts[cell(1)], cell(1)) == "%time\nterse\n"


def test_the_engines_own(engine: RawClient, tmp_path: Path) -> None:
    uri = (tmp_path / "main.py").as_uri()
    engine.open(uri, MAIN)
    assert engine.diagnostics(uri) == []
    action = named(actions(engine, (6, 50), uri=uri), "Write `session.scalars(...)`")
    rewritten = after(resolved(engine, action), MAIN, uri)
    assert rewritten == MAIN.replace("execute(select(User)).scalars()", "scalars(select(User))")
    engine.change(uri, 2, {"text": rewritten})
    assert actions(engine, (6, 50), uri=uri) == []
