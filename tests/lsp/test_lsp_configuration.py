"""Settings: where they come from, that they take effect at once, and what happens when they are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sessile.lsp.options import Options, read_options

if TYPE_CHECKING:
    from pathlib import Path

    from lsp_raw import RawClient

ASKED = {
    "workspace": {
        "configuration": True,
        "didChangeConfiguration": {"dynamicRegistration": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    }
}


@pytest.fixture
def uri(tmp_path: Path) -> str:
    return (tmp_path / "a.py").as_uri()


def folder(path: Path) -> dict[str, str]:
    return {"uri": path.as_uri(), "name": path.name}


def test_initialization_options(raw: RawClient, uri: str) -> None:
    raw.initialize(initializationOptions={"sessile": {"ignore": ["BAD001"]}})
    raw.open(uri, "badname\n")
    assert raw.diagnostics(uri) == []


def test_the_client_is_asked_for_its_settings_of_each_folder(raw: RawClient, tmp_path: Path, uri: str) -> None:
    asked: list[Any] = []
    values: list[Any] = [None, {"enable": False}, None]
    raw.answers["workspace/configuration"] = lambda params: asked.extend(params["items"]) or values
    folders = [tmp_path, tmp_path / "inner"]
    raw.initialize(ASKED, workspaceFolders=[folder(each) for each in folders])
    raw.open(uri, "badname\n")
    inner = (tmp_path / "inner" / "b.py").as_uri()
    raw.open(inner, "badname\n")
    told = {
        each["uri"]: each["diagnostics"] for each in (raw.notification("textDocument/publishDiagnostics") for _ in "ab")
    }
    assert [item.get("scopeUri") for item in asked] == [None, *(each.as_uri() for each in folders)]
    assert {item["section"] for item in asked} == {"sessile"}
    assert told[uri] == []
    assert len(told[inner]) == 1


def test_nothing_is_said_before_the_settings_are_known(raw: RawClient, uri: str) -> None:
    raw.answers["workspace/configuration"] = lambda _: [{"ignore": ["BAD001"]}]
    raw.initialize(ASKED)
    raw.open(uri, "badname\n")
    assert raw.diagnostics(uri) == []
    assert not [each for each in raw.seen if each.get("params", {}) and each["params"].get("diagnostics")]


def test_a_client_that_never_answers_is_served_all_the_same(raw: RawClient, uri: str) -> None:
    raw.initialize(ASKED)
    raw.take = lambda message: raw.seen.append(message)  # type: ignore[method-assign]  # a mute client
    raw.open(uri, "badname\n")
    assert len(raw.diagnostics(uri)) == 1


def test_changed_settings_take_effect(raw: RawClient, uri: str) -> None:
    raw.initialize(ASKED)
    raw.open(uri, "badname\n")
    assert len(raw.diagnostics(uri)) == 1
    raw.answers["workspace/configuration"] = lambda _: [{"ignore": ["BAD001"]}]
    raw.notify("workspace/didChangeConfiguration", {"settings": None})
    assert raw.diagnostics(uri) == []


def test_settings_that_the_client_sends_of_its_own_accord(raw: RawClient, uri: str) -> None:
    raw.initialize()
    raw.open(uri, "badname\n")
    assert len(raw.diagnostics(uri)) == 1
    raw.notify("workspace/didChangeConfiguration", {"settings": {"sessile": {"enable": False}}})
    assert raw.diagnostics(uri) == []


def test_what_is_watched(raw: RawClient) -> None:
    raw.initialize(ASKED)
    registrations = raw.notification("client/registerCapability")["registrations"]
    assert [each["method"] for each in registrations] == [
        "workspace/didChangeWatchedFiles",
        "workspace/didChangeConfiguration",
    ]
    patterns = [each["globPattern"] for each in registrations[0]["registerOptions"]["watchers"]]
    assert patterns == ["**/pyproject.toml", "**/sessile.toml", "**/*.py"]
    assert registrations[1]["registerOptions"] == {"section": "sessile"}


def test_clients_that_register_nothing_are_not_asked_to(raw: RawClient, uri: str) -> None:
    raw.initialize({"workspace": {"configuration": True}})
    raw.open(uri, "")
    raw.diagnostics(uri)
    assert not [each for each in raw.seen if each.get("method") == "client/registerCapability"]


def test_a_broken_configuration_is_told_in_its_file_and_the_last_good_one_holds(
    raw: RawClient, tmp_path: Path, uri: str
) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.sessile]\nignore = "BAD001"\n')
    raw.initialize(ASKED, workspaceFolders=[folder(tmp_path)])
    raw.open(uri, "badname\n")
    assert raw.diagnostics(uri) == []
    path.write_text("[tool.sessile]\nignore = broken\n")
    changed = {"changes": [{"uri": path.as_uri(), "type": 2}]}
    raw.notify("workspace/didChangeWatchedFiles", changed)
    (problem,) = raw.diagnostics(path.as_uri())
    assert problem["range"]["start"]["line"] == 1
    assert (problem["source"], problem["severity"]) == ("sessile", 1)
    assert not [each for each in raw.quiet(0.3) if each.get("params", {}).get("uri") == uri]
    raw.notify("workspace/didChangeWatchedFiles", changed)
    assert raw.quiet(0.3) == [], "it is told once"
    path.write_text("")
    raw.notify("workspace/didChangeWatchedFiles", changed)
    assert raw.diagnostics(path.as_uri()) == []
    assert len(raw.diagnostics(uri)) == 1


@pytest.mark.parametrize("saved", ["pyproject.toml", "main.py"])
def test_a_changed_configuration_counts_at_the_next_save(raw: RawClient, tmp_path: Path, saved: str) -> None:
    path, main = tmp_path / "pyproject.toml", (tmp_path / "main.py").as_uri()
    raw.initialize(rootUri=tmp_path.as_uri())
    raw.open(main, "badname\n")
    assert len(raw.diagnostics(main)) == 1
    raw.open(path.as_uri(), "", language="toml")
    path.write_text('ignore = "BAD001"\n')
    raw.notify("textDocument/didSave", {"textDocument": {"uri": (tmp_path / saved).as_uri()}})
    assert raw.diagnostics(main) == []


def test_folders_come_and_go(raw: RawClient, tmp_path: Path, uri: str) -> None:
    (tmp_path / "pyproject.toml").write_text('ignore = "BAD001"\n')
    raw.initialize()
    raw.open(uri, "badname\n")
    assert len(raw.diagnostics(uri)) == 1
    event = {"event": {"added": [folder(tmp_path)], "removed": []}}
    raw.notify("workspace/didChangeWorkspaceFolders", event)
    assert raw.diagnostics(uri) == []


@pytest.mark.parametrize(
    ("value", "options"),
    [
        (None, Options()),
        ([], Options()),
        ("text", Options()),
        ({"enable": False}, Options(enable=False)),
        ({"enable": 0, "select": "SCOPE", "ignore": 3, "configuration": ""}, Options()),
        ({"select": ["SCOPE", 5], "ignore": []}, Options(select=("SCOPE",))),
        ({"settings": {"extendSelect": ["DETACH001"]}}, Options(extend_select=("DETACH001",))),
        ({"sessile": {"diagnosticMode": "workspace"}}, Options(workspace_diagnostics=True)),
        ({"configuration": "conf/sessile.toml"}, Options(configuration="conf/sessile.toml")),
    ],
)
def test_options(value: object, options: Options) -> None:
    assert read_options(value) == options
