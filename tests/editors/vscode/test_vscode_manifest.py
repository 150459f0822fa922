"""The extension's manifest says what the server and the client really know."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from vscode_window import ROOT

import sessile
from sessile.lsp.options import Options, read_options

CLIENT = ROOT / "vscode-client"
MANIFEST: dict[str, Any] = json.loads((CLIENT / "package.json").read_text("utf-8"))
SETTINGS: dict[str, dict[str, Any]] = MANIFEST["contributes"]["configuration"]["properties"]
OWN = {"path", "interpreter", "importStrategy", "trace.server"}
"""Settings that the client acts upon, and the server never sees."""

NOT_HERE = {"relatedInformation", "positionEncoding"}
"""Options for editors that do other things than they say; VS Code does what it says."""


class Recorder(dict[str, object]):
    """Remembers the names that are looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, name: str, default: object = None) -> Any:
        self.names.add(name)
        return default

    def __getitem__(self, name: str) -> object:
        self.names.add(name)
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return False


def test_settings_are_the_servers_and_our_own() -> None:
    recorder = Recorder()
    read_options(recorder)
    theirs = recorder.names - {"sessile", "settings"} - NOT_HERE
    assert {name.removeprefix("sessile.") for name in SETTINGS} == theirs | OWN


def test_defaults_are_the_servers() -> None:
    defaults = {name.removeprefix("sessile."): each["default"] for name, each in SETTINGS.items()}
    assert read_options(defaults) == Options()


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_described(name: str) -> None:
    setting = SETTINGS[name]
    assert setting["markdownDescription"].endswith(".")
    assert len(setting.get("enum", ())) == len(setting.get("markdownEnumDescriptions", ())) or name.endswith("server")
    assert setting["scope"] in ("resource", "window", "machine-overridable")


def test_what_an_untrusted_workspace_may_not_choose() -> None:
    """All that leads to a program or a file."""
    restricted = MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert set(restricted) == {f"sessile.{name}" for name in ("path", "interpreter", "importStrategy", "configuration")}


def test_commands_are_those_of_the_source() -> None:
    table = (CLIENT / "src" / "commands" / "index.ts").read_text("utf-8")
    registered = set(re.findall(r'"(sessile\.\w+)":', table))
    assert {each["command"] for each in MANIFEST["contributes"]["commands"]} == registered


def test_walkthroughs_lead_somewhere() -> None:
    steps = [step for each in MANIFEST["contributes"]["walkthroughs"] for step in each["steps"]]
    pages = [CLIENT / step["media"]["markdown"] for step in steps if "markdown" in step["media"]]
    pictures = [ROOT / "docs" / step["media"]["image"] for step in steps if "image" in step["media"]]
    assert [each for each in pages + pictures if not each.exists()] == []
    assert set(pages) == set((CLIENT / "walkthrough").iterdir())
    linked = {each for step in steps for each in re.findall(r"command:(sessile\.\w+)", step["description"])}
    assert linked <= {each["command"] for each in MANIFEST["contributes"]["commands"]}


def test_versions_are_the_same() -> None:
    assert MANIFEST["version"] == sessile.__version__


def test_the_lock_file_says_nothing_of_where_packages_come_from() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    origins = {name: each["resolved"] for name, each in lock["packages"].items() if "resolved" in each}
    assert origins == {"node_modules/sessile": "vscode-client"}
