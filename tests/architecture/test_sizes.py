"""Files stay under 400 lines and functions under 50, so that each can be read at one sitting.

What is larger already is listed with its size, which may only shrink; what has shrunk enough leaves the list.
"""

from __future__ import annotations

import ast
from functools import cache

from house import ROOT

FILE, FUNCTION = 400, 50
FOLDERS = ("server", "tests", "scripts", "benchmarks")

LARGE_FILES: dict[str, int] = {}
LARGE_FUNCTIONS: dict[str, int] = {
    "server/sessile/flow/calls.py call_bound": 57,
}


@cache
def _sources() -> dict[str, str]:
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in found}


def _files() -> dict[str, int]:
    return {path: text.count("\n") for path, text in _sources().items()}


def _functions() -> dict[str, int]:
    found: dict[str, int] = {}
    for path, text in _sources().items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                found[f"{path} {node.name}"] = max(lines, found.get(f"{path} {node.name}", 0))
    return found


def _too_large(sizes: dict[str, int], limit: int, listed: dict[str, int]) -> dict[str, int]:
    return {name: size for name, size in sizes.items() if size > listed.get(name, limit)}


def _unlisted(sizes: dict[str, int], limit: int, listed: dict[str, int]) -> set[str]:
    return {name for name in listed if sizes.get(name, 0) <= limit}


def test_files_are_short() -> None:
    assert _too_large(_files(), FILE, LARGE_FILES) == {}


def test_functions_are_short() -> None:
    assert _too_large(_functions(), FUNCTION, LARGE_FUNCTIONS) == {}


def test_the_lists_only_shrink() -> None:
    assert _unlisted(_files(), FILE, LARGE_FILES) == set()
    assert _unlisted(_functions(), FUNCTION, LARGE_FUNCTIONS) == set()
