"""Long work is given up for a message and taken up again: the verdict is the same, and nobody waits for the loop."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lsp_clients import LAZY, PULLING

from sessile.lsp.analysis import Analysis
from sessile.lsp.options import Options
from sessile.project.interruption import Interrupted
from sessile.text import Document

if TYPE_CHECKING:
    from collections.abc import Callable

    from lsp_raw import RawClient

    from sessile.rules.finding import Report

SHOP = Path(__file__).resolve().parents[2] / "examples" / "shop"
TEXTS = {str(path): path.read_text() for path in sorted(SHOP.rglob("*.py"))}
URI = "file:///w/a.py"
MODELS = """from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


Factory = sessionmaker(create_engine("sqlite://"))
"""
LEAKY = """from models import Factory, User


def load(key: int) -> User:
    with Factory() as session:
        user = session.get_one(User, key)
        session.commit()
        return user
"""
CALLER = """from leaky import load


def key_of(key: int) -> int:
    return load(key).id
"""


def analysis(root: Path) -> Analysis:
    started = Analysis()
    started.configure({str(root): Options()})
    return started


def told(report: Report) -> list[object]:
    return [(each.code, each.location, each.severity, each.message, each.related) for each in report.findings]


def interrupted(chance: random.Random) -> Callable[[], None]:
    def heed() -> None:
        if chance.random() < 0.003:
            raise Interrupted

    return heed


@pytest.mark.parametrize("seed", range(6))
def test_work_that_was_given_up_leaves_no_trace(seed: int) -> None:
    chance = random.Random(seed)
    patient, hasty = analysis(SHOP), analysis(SHOP)
    hasty.heed(interrupted(chance))
    for path in chance.sample(sorted(TEXTS), 4):
        document = Document(path, TEXTS[path], 1)
        for _ in range(60):
            try:
                found = hasty.analyze(document)
                break
            except Interrupted:
                continue
        else:
            hasty.heed(None)
            found = hasty.analyze(document)
            hasty.heed(interrupted(chance))
        assert told(found) == told(patient.analyze(document))


def workspace(folder: Path) -> tuple[Analysis, Document]:
    for name, text in (("models", MODELS), ("leaky", LEAKY), ("caller", CALLER)):
        (folder / f"{name}.py").write_text(text)
    return analysis(folder), Document(str(folder / "leaky.py"), LEAKY, 1)


def test_in_a_hurry_other_files_are_not_judged(tmp_path: Path) -> None:
    hurrying, leaky = workspace(tmp_path)
    first = hurrying.analyze(leaky, hurried=True)
    assert not first.complete
    assert first.findings == (), "held back until it is known who calls it"
    last = hurrying.analyze(leaky)
    assert last.complete
    assert told(last) == told(analysis(tmp_path).analyze(leaky))
    assert hurrying.analyze(leaky, hurried=True) == last, "it is known now"


def test_in_a_hurry_the_last_word_on_callers_stands(tmp_path: Path) -> None:
    (tmp_path / "caller.py").write_text("from leaky import load\n\nhandlers = [load]\n")
    (tmp_path / "models.py").write_text(MODELS)
    typing = analysis(tmp_path)
    path = str(tmp_path / "leaky.py")
    assert [each.code for each in typing.analyze(Document(path, LEAKY, 1)).findings] == ["DETACH002"]
    edited = Document(path, LEAKY.replace("key)", "key + 1)"), 2)
    typing.settle({path: edited}, [path])
    assert [each.code for each in typing.analyze(edited, hurried=True).findings] == ["DETACH002"], "it does not flicker"


def test_what_is_known_comes_first_and_the_rest_follows(raw: RawClient) -> None:
    raw.initialize({})
    raw.open("file:///w/b.py", "shared = False\n")
    raw.diagnostics("file:///w/b.py")
    raw.quiet(0.5)
    raw.open(URI, "badname, shared, later = 1\n")
    assert [each["code"] for each in raw.diagnostics(URI, 1)] == ["BAD001"]
    assert [each["code"] for each in raw.diagnostics(URI, 1)] == ["BAD001", "BAD003"]
    raw.quiet(0.6)
    shown = [each for each in raw.seen if each.get("params", {}).get("uri") == URI]
    assert len(shown) == 2, "and that is all"


def test_clients_that_pull_are_asked_to_pull_the_rest(raw: RawClient) -> None:
    raw.initialize(PULLING)
    raw.open("file:///w/b.py", "shared = False\n")
    raw.request("textDocument/diagnostic", {"textDocument": {"uri": "file:///w/b.py"}})
    raw.quiet(0.5)
    raw.open(URI, "badname, shared, later = 1\n")
    pull = ("textDocument/diagnostic", {"textDocument": {"uri": URI}})
    assert [each["code"] for each in raw.request(*pull)["items"]] == ["BAD001"]
    raw.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    assert [each["code"] for each in raw.request(*pull)["items"]] == ["BAD001", "BAD003"]


def test_clients_that_cannot_be_asked_get_everything_at_once(raw: RawClient) -> None:
    raw.initialize({"textDocument": {"diagnostic": {}}})
    raw.open("file:///w/b.py", "shared = False\n")
    raw.request("textDocument/diagnostic", {"textDocument": {"uri": "file:///w/b.py"}})
    raw.quiet(0.5)
    raw.open(URI, "badname, shared, later = 1\n")
    found = raw.request("textDocument/diagnostic", {"textDocument": {"uri": URI}})
    assert [each["code"] for each in found["items"]] == ["BAD001", "BAD003"]


def test_nobody_waits_for_work_without_an_end(raw: RawClient) -> None:
    raw.initialize(LAZY)
    raw.open(URI, "badname, endless = 1\n")
    raw.diagnostics(URI, 1)
    raw.quiet(0.5)
    hover = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 2}}
    for version in range(2, 6):
        assert "BAD001" in raw.request("textDocument/hover", hover)["contents"]["value"]
        raw.change(URI, version, {"text": f"badname, endless = {version}\n"})
        assert raw.diagnostics(URI, version)
        raw.quiet(0.35)
    raw.change(URI, 6, {"text": "badname = 1\n"})
    raw.diagnostics(URI, 6)
    assert raw.end() == 0


def test_work_without_an_end_is_cancelled(raw: RawClient) -> None:
    raw.initialize({"textDocument": {"diagnostic": {}}})
    raw.open(URI, "endless = 1\n")
    request = raw.ask("textDocument/diagnostic", {"textDocument": {"uri": URI}})
    raw.quiet(0.2)
    raw.notify("$/cancelRequest", {"id": request})
    assert raw.reply(request)["error"]["code"] == -32800


def test_the_rest_follows_though_the_verdict_was_reached_again_in_between(raw: RawClient, tmp_path: Path) -> None:
    """Everything is to be checked again, but a request keeps the server busy; meanwhile the client pulls, and what it
    is told is not all. When its turn comes, what was told is found to hold, and the rest has to follow all the same."""
    (tmp_path / "endless.py").write_text("badname, endless\n")
    able = {part: {**LAZY[part], **PULLING[part]} for part in ("textDocument", "workspace")}
    raw.initialize(able, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "w"}])
    uris = [(tmp_path / name).as_uri() for name in ("a.py", "b.py")]
    pulls = [{"textDocument": {"uri": uri}} for uri in uris]
    for uri, text in zip(uris, ("shared, later\n", "shared = False\n"), strict=True):
        raw.open(uri, text)
    raw.request("textDocument/diagnostic", pulls[0])
    raw.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh", 20)
    busy = raw.ask("workspace/executeCommand", {"command": "sessile.applyAutofixWorkspace", "arguments": []})
    raw.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": "file:///w/always.py", "type": 2}]})
    raw.quiet(0.8)
    assert [raw.request("textDocument/diagnostic", pull)["items"] for pull in pulls] == [[], []]
    raw.quiet(0.8)
    raw.notify("$/cancelRequest", {"id": busy})
    raw.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh", 20)
    assert [each["code"] for each in raw.request("textDocument/diagnostic", pulls[0])["items"]] == ["BAD003"]


@pytest.mark.parametrize("pulling", [True, False])
def test_what_another_request_finds_out_first_is_told_too(raw: RawClient, tmp_path: Path, *, pulling: bool) -> None:
    """Everything is to be checked again, but a request keeps the server busy; meanwhile the menu is asked for, which
    takes a new verdict. It is news to the client all the same."""
    (tmp_path / "endless.py").write_text("badname, endless\n")
    able = {part: {**LAZY[part], **PULLING[part]} for part in ("textDocument", "workspace")} if pulling else LAZY
    raw.initialize(able, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "w"}])
    uris = [(tmp_path / name).as_uri() for name in ("a.py", "b.py")]
    for uri in uris:
        raw.open(uri, "shared\n")
    shown, pull = {"textDocument": {"uri": uris[0]}}, "textDocument/diagnostic"
    assert (raw.request(pull, shown)["items"] if pulling else raw.diagnostics(uris[0])) == []
    raw.quiet(0.6)
    busy = raw.ask("workspace/executeCommand", {"command": "sessile.applyAutofixWorkspace", "arguments": []})
    raw.change(uris[1], 2, {"text": "shared = False\n"})
    raw.quiet(0.8)
    start = {"line": 0, "character": 0}
    menu = {**shown, "range": {"start": start, "end": start}, "context": {"diagnostics": []}}
    assert "BAD003" in str(raw.request("textDocument/codeAction", menu))
    raw.notify("$/cancelRequest", {"id": busy})
    if pulling:
        raw.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh", 20)
    found = raw.request(pull, shown)["items"] if pulling else raw.diagnostics(uris[0])
    assert [each["code"] for each in found] == ["BAD003"]


def test_what_changes_before_all_documents_had_their_turn_is_told(raw: RawClient) -> None:
    """At the start a document is pulled at once, and a slow one after it keeps the server until everything is to be
    checked again, before it has come to those that were opened first."""
    able = {"textDocument": PULLING["textDocument"], "workspace": {**PULLING["workspace"], "configuration": True}}
    raw.initialize(able)
    names = ["a", "b", *(f"other{number}" for number in range(20)), "slow"]
    texts = {"a": "shared\n", "b": "shared = False\n", "slow": "glacial\n"}
    for name in names:
        raw.open(f"file:///w/{name}.py", texts.get(name, "\n"))
    pulls = {name: {"textDocument": {"uri": f"file:///w/{name}.py"}} for name in ("a", "slow")}
    first, _ = (raw.ask("textDocument/diagnostic", pull) for pull in pulls.values())
    assert raw.reply(first)["result"]["items"] == []
    raw.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh", 20)
    found = raw.request("textDocument/diagnostic", pulls["a"])["items"]
    assert [each["code"] for each in found] == ["BAD003"]
