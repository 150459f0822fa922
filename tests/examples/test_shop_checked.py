"""Sessile finds every problem that the example shop promises, where it is promised, and none in the repaired twin."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from sessile import engine
from sessile.project.settings import Settings
from sessile.project.workspace import Workspace
from sessile.rules.registry import by_code
from sessile.text import Document

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ROWS = re.findall(
    r"^\| `(\w+)\.([\w.]+)` \| ([A-Z]+\d{3}) \|", (EXAMPLES / "README.md").read_text("utf-8"), re.MULTILINE
)
PROMISED = sorted({(code, module) for module, _, code in ROWS if code in by_code()})


def found(path: Path, settings: Settings) -> set[tuple[str, str]]:
    """The functions of a file with the codes that are reported in them."""
    text = path.read_text("utf-8")
    report = engine.analyze(Document(str(path), text), Workspace(str(EXAMPLES)), settings)
    tree = ast.parse(text)
    return {(function_at(tree, each.location.range.start.line), each.code) for each in report.findings}


def function_at(tree: ast.AST, line: int, name: str = "") -> str:
    """The dotted name of the function around a line."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if first <= line <= (node.end_lineno or first):
                return function_at(node, line, f"{name}.{node.name}".lstrip("."))
    return name


@pytest.mark.parametrize(("code", "module"), PROMISED)
def test_what_is_promised_is_found(code: str, module: str) -> None:
    (path,) = (EXAMPLES / "shop").rglob(f"{module}.py")
    promised = {(function, code) for each, function, other in ROWS if (each, other) == (module, code)}
    assert promised <= found(path, Settings(root=str(EXAMPLES), select=(code,)))


@pytest.mark.parametrize("path", sorted((EXAMPLES / "shop").rglob("*.py")), ids=lambda path: path.stem)
def test_nothing_else_is_found(path: Path) -> None:
    promised = {function for module, function, _ in ROWS if module == path.stem}
    assert {function for function, _ in found(path, Settings(root=str(EXAMPLES), select=("ALL",)))} <= promised


@pytest.mark.parametrize("path", sorted((EXAMPLES / "shop_repaired").rglob("*.py")), ids=lambda path: path.stem)
def test_the_repaired_twin_is_clean(path: Path) -> None:
    assert found(path, Settings(root=str(EXAMPLES))) == set()
