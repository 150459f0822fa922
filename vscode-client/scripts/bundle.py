"""Fills `bundled/libs` with the server and what it runs on: `python bundle.py TARGET`.

A target is one of the marketplace's platforms. One directory serves all supported Pythons: everything is pure Python
but libcst's native module, whose file name carries the version of Python that it is for, so they lie side by side.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

CLIENT = Path(__file__).resolve().parents[1]
SERVER = CLIENT.parent / "server" / "sessile"
LIBS = CLIENT / "bundled" / "libs"
REQUIREMENTS = CLIENT / "bundled" / "requirements.txt"
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
NATIVE = "libcst"
#: What pip calls the platforms that a target's machines can run.
TARGETS = {
    "linux-x64": ("manylinux2014_x86_64", "manylinux_2_28_x86_64"),
    "linux-arm64": ("manylinux2014_aarch64", "manylinux_2_28_aarch64"),
    "alpine-x64": ("musllinux_1_2_x86_64",),
    "alpine-arm64": ("musllinux_1_2_aarch64",),
    "darwin-x64": ("macosx_10_15_x86_64",),  # pip takes older ones, too
    "darwin-arm64": ("macosx_11_0_arm64",),
    "win32-x64": ("win_amd64",),
    "win32-arm64": ("win_arm64",),
}
#: Parts of packages that nobody imports.
LEFT_OUT = ("libcst/tests/", "libcst/codemod/", "libcst/tool.py", "/tests/")


def main() -> int:
    """Replaces what was bundled before."""
    if len(sys.argv) != 2 or sys.argv[1] not in TARGETS:
        sys.stderr.write(f"usage: bundle.py TARGET, one of {', '.join(TARGETS)}\n")
        return 2
    shutil.rmtree(LIBS, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        wheels = Path(folder)
        for python in PYTHONS:
            download(wheels / python, sys.argv[1], python)
        for wheel in sorted(wheels.rglob("*.whl")):
            unpack(wheel)
    shutil.copytree(SERVER, LIBS / "sessile", ignore=shutil.ignore_patterns("__pycache__"))
    check()
    return 0


def download(into: Path, target: str, python: str) -> None:
    """The wheels for one Python; after the first, only the native ones. CalledProcessError if there are none."""
    platforms = [word for each in TARGETS[target] for word in ("--platform", each)]
    wanted = ["--requirement", str(REQUIREMENTS)] if python == PYTHONS[0] else ["--requirement", str(native(into))]
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    version = ["--only-binary", ":all:", "--implementation", "cp", "--python-version", python]
    subprocess.run([*command, *version, *platforms, "--dest", str(into), *wanted], check=True)


def native(into: Path) -> Path:
    """The requirement of the native package alone, with its hashes."""
    into.mkdir(parents=True)
    blocks = REQUIREMENTS.read_text("utf-8").replace("\\\n", "\\\0").splitlines()
    path = into / "requirements.txt"
    path.write_text("\n".join(each for each in blocks if each.startswith(NATIVE)).replace("\0", "\n"), "utf-8")
    return path


def unpack(wheel: Path) -> None:
    """Wheels may share files, and these must be the same."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith("/") or any(part in name for part in LEFT_OUT):
                continue
            path, data = LIBS / name, archive.read(name)
            if path.exists() and ".dist-info/" not in name and path.read_bytes() != data:
                raise SystemExit(f"{wheel.name} has another {name} than the wheel before it")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def check() -> None:
    """There is a native module for every Python, and none besides."""
    found = sorted(each.name for each in (LIBS / NATIVE).glob("native.*"))
    tags = [f"cp{each.replace('.', '')}" for each in PYTHONS] + [f"cpython-{each.replace('.', '')}" for each in PYTHONS]
    if len(found) != len(PYTHONS) or not all(any(tag in name for tag in tags) for name in found):
        raise SystemExit(f"the native modules are {found}")


if __name__ == "__main__":
    sys.exit(main())
