"""README, ARCHITECTURE and docs say what is true now."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from house import PACKAGE, ROOT, TESTS

from readme import FENCE, README, fences
from sessile.project.settings import options
from sessile.project.toml import parse_toml

if TYPE_CHECKING:
    from pathlib import Path

ARCHITECTURE = ROOT / "ARCHITECTURE.md"
DOCUMENTS = [README, ARCHITECTURE, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
DOCUMENTS += sorted((ROOT / "vscode-client").glob("*.md"))
_NAMED_TEST = re.compile(r"`(?:(tests/[\w/]+\.py)::)?(test_\w+)`")

FEATURES = ROOT / "docs" / "features.md"


def test_generated_parts_are_current() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "generate.py"), "--check"]
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}run: python scripts/generate.py"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    text = FENCE.sub("", path.read_text("utf-8"))
    targets = [each.partition("#")[0] for each in re.findall(r"\]\(([^)\s]+)\)", text)]
    local = [each for each in targets if each and "://" not in each]
    assert [each for each in local if not (path.parent / each).exists()] == []


@pytest.mark.parametrize("path", [ARCHITECTURE, FEATURES], ids=lambda path: path.name)
def test_named_tests_exist(path: Path) -> None:
    file = ""
    missing = []
    for named, test in _NAMED_TEST.findall(path.read_text("utf-8")):
        file = named or file
        if test not in _tests(ROOT / file):
            missing.append(f"{file}::{test}")
    assert missing == []


def test_every_feature_is_tested() -> None:
    rows = [line.split("|") for line in FEATURES.read_text("utf-8").splitlines() if line.startswith("|")][2:]
    ours = {row[1].strip(): (row[2].strip(), row[7]) for row in rows}
    assert len(ours) == len(rows)
    assert [name for name, (sign, tests) in ours.items() if sign in "✓◐" and not _NAMED_TEST.search(tests)] == []


def _tests(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8")) if path.is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_files_on_the_map_exist() -> None:
    named = set(re.findall(r"`([\w/-]+(?:\.py|\.ts|/))`", ARCHITECTURE.read_text("utf-8")))
    client = ROOT / "vscode-client"
    inner = [path for room in (PACKAGE, client / "src") for path in room.iterdir() if path.is_dir()]
    tested = [TESTS / "editors", TESTS / "editors" / "vscode"]
    rooms = [ROOT, PACKAGE, *inner, client, client / "src", *tested]
    assert sorted(each for each in named if not any((room / each).exists() for room in rooms)) == []


def test_every_folder_is_on_the_map() -> None:
    text = ARCHITECTURE.read_text("utf-8")
    folders = [path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists() or any(path.glob("*.py"))]
    assert [each for each in folders if f"`{each}/`" not in text] == []


def test_the_configuration_in_the_readme_is_valid(tmp_path: Path) -> None:
    from sessile.project.configuration import load

    (text,) = [each for each in fences(README, "toml") if "[tool.sessile]" in each]
    path = tmp_path / "pyproject.toml"
    path.write_text(text, "utf-8")
    assert load(str(path), str(tmp_path), required=True)
    named = set(parse_toml(text.encode())["tool"]["sessile"])
    assert named <= {each.name for each in options()}


def test_commands_in_the_readme_work(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "users.py").write_text("x = 1\n" * 50)
    text = "\n".join(fences(README, "sh"))
    commands = [shlex.split(line, comments=True)[1:] for line in text.splitlines() if line.startswith("sessile ")]
    program = tmp_path / "sessile"
    _install(program)
    done = [
        subprocess.run([program, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
        for words in commands
    ]
    assert {each[0] for each in commands} >= {"check", "explain", "rule", "config"}
    assert [each.stderr for each in done if each.returncode] == []


def _install(program: Path) -> None:
    """Put `sessile` where an installer would."""
    code = (
        f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); from sessile.cli.main import main; sys.exit(main())"
    )
    program.write_text(f"#!{sys.executable} -I\n{code}\n")
    program.chmod(0o755)
