"""The whole workspace, checked beside the editor by a real worker process."""

from __future__ import annotations

import json
import os
import subprocess
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from lsp_clients import PULLING
from lsp_launch import REAL
from lsp_raw import RawClient

from sessile.lsp.capabilities import Client
from sessile.lsp.options import Options, read_options, written
from sessile.lsp.parent import alive
from sessile.lsp.workspace.progress import Progress
from sessile.lsp.workspace.scan import WORKER
from sessile.project.isolated import command
from sessile.project.records import read, write
from sessile.rules.finding import Applicability, Finding, Location, Related, Severity
from sessile.text import Range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BAD = """from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def rename(key: int, name: str) -> str:
    with Session(create_engine("sqlite://")) as session:
        user = session.get_one(User, key)
        user.name = name
        session.commit()
    return user.name
"""
GOOD = BAD.replace("    return user.name", "        return user.name")
WATCHING = {"didChangeWatchedFiles": {"dynamicRegistration": True}}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., RawClient]]:
    clients: list[RawClient] = []

    def begin(capabilities: dict[str, Any], **options: Any) -> RawClient:
        (tmp_path / "sessile.toml").write_text("")
        (tmp_path / "package").mkdir(exist_ok=True)
        (tmp_path / "package" / "bad.py").write_text(BAD)
        (tmp_path / "package" / "good.py").write_text(GOOD)
        client = RawClient(REAL, cwd=str(tmp_path))
        clients.append(client)
        client.initialize(
            capabilities,
            workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "w"}],
            initializationOptions={"diagnosticMode": "workspace", **options},
        )
        return client

    yield begin
    for client in clients:
        client.kill()


def codes(diagnostics: list[Any]) -> list[tuple[str, int]]:
    return [(each["code"], each["range"]["start"]["line"] + 1) for each in diagnostics]


def changed(client: RawClient, path: Path) -> None:
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 2}]})


def test_files_that_are_not_open_are_told(start: Callable[..., RawClient], tmp_path: Path) -> None:
    client = start({"workspace": WATCHING})
    bad = tmp_path / "package" / "bad.py"
    assert codes(client.diagnostics(bad.as_uri())) == [("SCOPE001", 20)]
    time.sleep(0.01)
    bad.write_text(GOOD)
    changed(client, bad)
    assert client.diagnostics(bad.as_uri()) == []
    told = {each["params"]["uri"] for each in client.seen if each.get("method") == "textDocument/publishDiagnostics"}
    assert told == {bad.as_uri()}, "what is good is not spoken of"


def test_what_is_open_is_told_as_it_is_typed(start: Callable[..., RawClient], tmp_path: Path) -> None:
    client = start({})
    uri = (tmp_path / "package" / "bad.py").as_uri()
    client.diagnostics(uri)
    client.open(uri, GOOD)
    assert client.diagnostics(uri, 1) == []
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert codes(client.diagnostics(uri)) == [("SCOPE001", 20)], "the disk's text counts again"


def test_pulling_clients_are_answered_when_there_is_news(start: Callable[..., RawClient], tmp_path: Path) -> None:
    client = start({**PULLING, "workspace": {**PULLING["workspace"], **WATCHING}})
    bad = tmp_path / "package" / "bad.py"
    (report,) = client.request("workspace/diagnostic", {"previousResultIds": []})["items"]
    assert (report["uri"], report["kind"], codes(report["items"])) == (bad.as_uri(), "full", [("SCOPE001", 20)])
    known = {"previousResultIds": [{"uri": bad.as_uri(), "value": report["resultId"]}]}
    waiting = client.ask("workspace/diagnostic", known)
    assert not [each for each in client.quiet(1.0) if each.get("id") == waiting], "nothing changed"
    bad.write_text(GOOD)
    changed(client, bad)
    (report,) = client.reply(waiting)["result"]["items"]
    assert (report["uri"], report["items"]) == (bad.as_uri(), [])
    cancelled = client.ask("workspace/diagnostic", {"previousResultIds": []})
    client.notify("$/cancelRequest", {"id": cancelled})
    assert client.reply(cancelled)["error"]["code"] == -32800
    assert not [each for each in client.seen if each.get("method") == "textDocument/publishDiagnostics"]


def test_results_are_streamed_to_those_who_take_them_in_parts(start: Callable[..., RawClient], tmp_path: Path) -> None:
    client = start({**PULLING, "workspace": {**PULLING["workspace"], **WATCHING}})
    bad = tmp_path / "package" / "bad.py"
    request = client.ask("workspace/diagnostic", {"previousResultIds": [], "partialResultToken": "part"})
    part = client.notification("$/progress", lambda params: params["token"] == "part")
    (report,) = part["value"]["items"]
    assert (report["uri"], codes(report["items"])) == (bad.as_uri(), [("SCOPE001", 20)])
    assert client.reply(request)["result"] == {"items": []}, "all was said"
    known = [{"uri": bad.as_uri(), "value": report["resultId"]}]
    request = client.ask("workspace/diagnostic", {"previousResultIds": known, "partialResultToken": "next"})
    time.sleep(0.01)
    bad.write_text(GOOD)
    changed(client, bad)
    part = client.notification("$/progress", lambda params: params["token"] == "next")
    assert [each["items"] for each in part["value"]["items"]] == [[]]
    assert client.reply(request)["result"] == {"items": []}


def test_it_can_be_switched_on_and_off_later(start: Callable[..., RawClient], tmp_path: Path) -> None:
    client = start({}, diagnosticMode="open")
    uri = (tmp_path / "package" / "bad.py").as_uri()
    client.notify("workspace/didChangeConfiguration", {"settings": {"sessile": {"diagnosticMode": "workspace"}}})
    assert codes(client.diagnostics(uri)) == [("SCOPE001", 20)]
    client.notify("workspace/didChangeConfiguration", {"settings": {"sessile": {"diagnosticMode": "open"}}})
    assert client.diagnostics(uri) == []


def test_progress_is_shown_of_what_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []
    peer = SimpleNamespace(
        window_work_done_progress_create=lambda params: said.append(("create", params.token)),
        progress=lambda params: said.append(
            (params.value.kind, params.token, getattr(params.value, "percentage", None))
        ),
    )
    progress = Progress(SimpleNamespace(client=Client(shows_progress=True), peer=peer))
    now = iter([1.0, 1.1, 1.6, 2.2, 2.3, 3.0, 3.1])
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    for done in (1, 2, 3, 4, 5):
        progress.show(done, 5)
    token = "sessile/workspace/1"
    assert said == [("create", token), ("begin", token, 60), ("report", token, 80), ("end", token, None)]
    progress.show(1, 2)
    progress.show(2, 2)
    assert len(said) == 4, "what is quick is not shown"


def test_it_is_offered_only_to_those_who_ask_for_it() -> None:
    client = RawClient(REAL)
    offered = client.initialize(PULLING)["capabilities"]["diagnosticProvider"]["workspaceDiagnostics"]
    client.kill()
    assert offered is False


def test_an_orderly_end_is_a_silent_one(start: Callable[..., RawClient], tmp_path: Path) -> None:
    client = start({})
    client.diagnostics((tmp_path / "package" / "bad.py").as_uri())
    assert client.end() == 0
    client.kill()
    assert client.stderr == b""


def test_the_worker_ends_with_the_server(start: Callable[..., RawClient], tmp_path: Path) -> None:
    client = start({})
    client.diagnostics((tmp_path / "package" / "bad.py").as_uri())
    children = [int(each) for each in _children(client.process.pid)]
    assert len(children) == 1
    client.process.kill()
    end = time.monotonic() + 10
    while any(map(alive, children)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(alive, children))


def _children(pid: int) -> list[str]:
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return file.read().split()
    except OSError:
        pytest.skip("this system does not tell a process' children")


def test_the_worker_answers_with_what_changed(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "multiprocessing.py").write_text("open('executed', 'w').close()")
    question = json.dumps({str(tmp_path): written(Options())}).encode() + b"\n"
    with subprocess.Popen(command(WORKER), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(question)
        process.stdin.flush()
        first = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.stdin.write(question)
        process.stdin.flush()
        second = json.loads(process.stdout.readline())
        os.unlink(tmp_path / "bad.py")
        process.stdin.write(question)
        process.stdin.close()
        third = [json.loads(line) for line in process.stdout]
        assert process.wait(20) == 0
    assert [(each["path"], [f["code"] for f in each["findings"]]) for each in first] == [
        (str(tmp_path / "bad.py"), ["SCOPE001"]),
        ("", []),
    ]
    assert second["path"] == "", "nothing changed"
    assert [(each["path"], each["findings"]) for each in third] == [(str(tmp_path / "bad.py"), []), ("", [])]
    assert not (tmp_path / "executed").exists()


def test_findings_survive_the_way() -> None:
    place = Range.at(1, 2, 3, 4)
    step = Related(Location("/w/b.py", place), "é")
    for applicability in (None, *Applicability):
        finding = Finding(
            *("C1", "name", Severity.HINT, "message", Location("/w/a.py", place), place, "print"),
            *((step,), applicability, "title" if applicability else None),
        )
        assert read("/w/a.py", json.loads(json.dumps(write(finding)))) == finding


def test_options_survive_the_way() -> None:
    options = Options(select=("A",), ignore=("B1",), extend_select=("C",), configuration="x.toml")
    assert read_options(json.loads(json.dumps(written(options)))) == options
    assert read_options(json.loads(json.dumps(written(Options())))) == Options()
