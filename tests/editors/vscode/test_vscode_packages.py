"""The VSIX files for other platforms: they are packed here and looked into, and have not been run there."""

from __future__ import annotations

import re
import sys
import zipfile

import pytest
from vscode_packages import packed
from vscode_window import ROOT

sys.path.append(str(ROOT / "vscode-client" / "scripts"))

from bundle import PYTHONS

NATIVE = "extension/bundled/libs/libcst/native."
MACHINES = {
    "darwin-arm64": bytes.fromhex("cffaedfe 0c000001"),
    "darwin-x64": bytes.fromhex("cffaedfe 07000001"),
    "win32-x64": bytes.fromhex("6486"),
    "win32-arm64": bytes.fromhex("64aa"),
}
"""How a native module begins: https://en.wikipedia.org/wiki/Mach-O, and the machine in the header that Windows has."""


@pytest.mark.parametrize("target", ["darwin-arm64", "win32-x64"])
def test_it_holds_a_native_module_for_every_python(target: str) -> None:
    if not (ROOT / "node_modules" / ".installed").exists():
        pytest.skip("what packs it is not installed: sh tests/editors/vscode/install")
    with zipfile.ZipFile(packed(target)) as archive:
        manifest = archive.read("extension.vsixmanifest").decode()
        modules = {name: archive.read(name) for name in archive.namelist() if name.startswith(NATIVE)}
        assert "extension/bundled/libs/sessile/lsp/server.py" in archive.namelist()
    assert f'TargetPlatform="{target}"' in manifest
    tags = [re.search(r"cp(?:ython-)?3(\d+)", name.removeprefix(NATIVE)) for name in modules]
    assert sorted(f"3.{each[1]}" for each in tags if each) == sorted(PYTHONS)
    assert {machine(target, each) for each in modules.values()} == {MACHINES[target]}


def machine(target: str, module: bytes) -> bytes:
    """What a native module says of the machine that it is for."""
    if target.startswith("darwin"):
        return module[:8]
    header = int.from_bytes(module[0x3C:0x40], "little")
    assert module[header : header + 4] == b"PE\0\0"
    return module[header + 4 : header + 6]
