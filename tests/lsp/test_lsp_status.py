"""The server's status, for clients that show one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessile import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from lsp_raw import RawClient

CAPABILITIES = {"experimental": {"serverStatusNotification": True}, "workspace": {}}
METHOD = "experimental/serverStatus"


def status(client: RawClient, **expected: Any) -> Any:
    """The next status that says so."""
    return client.notification(METHOD, lambda params: all(params[key] == value for key, value in expected.items()))


def findings(error: int = 0, warning: int = 0, information: int = 0, hint: int = 0) -> dict[str, int]:
    return {"error": error, "warning": warning, "information": information, "hint": hint}


def test_what_was_found_is_counted(raw: RawClient) -> None:
    raw.initialize(CAPABILITIES)
    raw.open("file:///w/a.py", "badname = badname\ndetached\n")
    told = status(raw, findings=findings(error=2, warning=1))
    assert told == {**told, "health": "ok", "message": "", "version": __version__}
    raw.notify("textDocument/didClose", {"textDocument": {"uri": "file:///w/a.py"}})
    assert status(raw, findings=findings())["quiescent"]


def test_pulled_findings_count_too(raw: RawClient) -> None:
    raw.initialize({**CAPABILITIES, "textDocument": {"diagnostic": {}}})
    raw.open("file:///w/a.py", "badname\n")
    raw.request("textDocument/diagnostic", {"textDocument": {"uri": "file:///w/a.py"}})
    status(raw, findings=findings(error=1))


def test_a_broken_configuration_is_a_warning(raw: RawClient, tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("x = broken\n")
    raw.initialize(CAPABILITIES, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "w"}])
    assert str(path) in status(raw, health="warning")["message"]
    path.write_text("")
    raw.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 2}]})
    assert status(raw, health="ok")["message"] == ""


def test_it_is_busy_while_something_is_worked_out(raw: RawClient) -> None:
    raw.initialize(CAPABILITIES)
    for number in range(20):
        raw.open(f"file:///w/{number}.py", "slow, badname\n")
    assert status(raw, quiescent=False)
    assert status(raw, quiescent=True)["findings"] == findings(error=20)


def test_nobody_is_told_who_did_not_ask(raw: RawClient) -> None:
    raw.initialize({})
    raw.open("file:///w/a.py", "badname\n")
    raw.diagnostics("file:///w/a.py")
    raw.quiet(0.5)
    assert not [each for each in raw.seen if each.get("method") == METHOD]
