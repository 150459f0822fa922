"""What is installed is whole: the wheel holds everything that runs, and nothing else.

It is built from the files that git knows, or would if they were added.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from house import PACKAGE, PAGES, ROOT

pytest.importorskip("hatchling", reason="hatchling builds the wheel: pip install hatchling")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files, as an installer puts them."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_it_holds_every_source_file(installed: Path) -> None:
    wanted = {
        path.relative_to(PACKAGE.parent) for path in PACKAGE.rglob("*") if path.suffix in (".py", ".md", ".typed")
    }
    held = {path.relative_to(installed) for path in (installed / "sessile").rglob("*") if path.is_file()}
    assert held == wanted
    assert Path("sessile/py.typed") in held
    assert Path("sessile/helpers/session_helpers.py") in held
    assert {path.name for path in held if path.parent == Path("sessile/rules/pages")} == {
        path.name for path in PAGES.glob("*.md")
    }


def test_its_metadata(installed: Path) -> None:
    (metadata,) = installed.glob("*.dist-info")
    text = (metadata / "METADATA").read_text("utf-8")
    assert "Name: sessile\n" in text
    assert "Requires-Python: >=3.10\n" in text
    assert "License-Expression: MIT\n" in text
    assert "# Sessile" in text, "the README is what the package index shows"
    assert (metadata / "entry_points.txt").read_text("utf-8") == "[console_scripts]\nsessile = sessile.cli.main:main\n"
    assert list(metadata.rglob("LICENSE"))


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (["--version"], 0, "sessile "),
        (["rule", "SCOPE001"], 0, "attribute-outside-session"),
        (["helpers"], 0, "def model_to_dict"),
        (["check", str(ROOT / "examples" / "shop" / "services" / "catalogue.py")], 1, "SCOPE001"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_it_works_as_installed(installed: Path, words: list[str], code: int, expected: str) -> None:
    program = (
        f"import sys; here = {str(installed)!r}; sys.path.insert(0, here); "
        "import sessile; assert here in sessile.__file__; "
        "from sessile.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-I", "-c", program, *words]
    done = subprocess.run(command, cwd=installed, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert expected in done.stdout
