"""Runs every case on one twin and writes what happened as JSON: `python shop_runner.py TWIN RESULT`.

A process of its own, since both twins map the same SQLModel table, and so that the database of the one, its event loops
and its warnings never reach the other.
"""

from __future__ import annotations

import ast
import importlib
import json
import logging
import sys
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from shop_cases import CASES, Case, Twin
from sqlalchemy.exc import MissingGreenlet, StatementError

if TYPE_CHECKING:
    from types import CodeType, FrameType

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
COPIED = {"session_helpers.py"}  # has its own tests


def sources(package: str) -> list[Path]:
    return sorted(path for path in (EXAMPLES / package).rglob("*.py") if path.name not in COPIED)


def load(package: str) -> Twin:
    names = {".".join(path.relative_to(EXAMPLES).with_suffix("").parts): path.stem for path in sources(package)}
    return Twin({last: importlib.import_module(name) for name, last in names.items() if last != "__init__"})


def functions(package: str) -> dict[tuple[str, int], str]:
    """Every function that is defined, by file and first line (where its decorators begin)."""
    found = {}
    for path in sources(package):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                found[str(path), line] = f"{path.stem}.{node.name}"
    return found


def exception_name(error: Exception) -> str:
    """Its class; a `MissingGreenlet` that SQLAlchemy 2.1 wraps counts as itself."""
    wrapped = isinstance(error, StatementError) and isinstance(error.orig, MissingGreenlet)
    return "MissingGreenlet" if wrapped else type(error).__name__


def surfaced_in(error: Exception, package: str) -> str:
    """The innermost function of the application in the traceback, or nothing when only the caller is in it."""
    folder = str(EXAMPLES / package)
    frames = [frame.name for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(folder)]
    named = [name for name in frames if not name.startswith("<")]  # a comprehension counts as the function around it
    return named[-1] if named else ""


def observe(case: Case, twin: Twin, package: str) -> dict[str, object]:
    twin.seed.reset()
    try:
        return {"value": case.run(twin)}
    except Exception as error:  # whatever is raised is the observation
        return {"raised": exception_name(error), "in": surfaced_in(error, package), "message": str(error)}
    finally:
        twin.engine.dispose()


def main(package: str, result: str) -> None:
    entered: set[CodeType] = set()

    def profile(frame: FrameType, what: str, _argument: object) -> None:
        if what == "call":
            entered.add(frame.f_code)

    logging.disable()
    warnings.simplefilter("ignore")
    twin = load(package)
    sys.setprofile(profile)
    observed = {case.function: observe(case, twin, package) for case in CASES}
    sys.setprofile(None)
    defined = functions(package)
    seen = {(code.co_filename, code.co_firstlineno) for code in entered}
    report = {
        "observed": observed,
        "defined": sorted(defined.values()),
        "never run": sorted(name for place, name in defined.items() if place not in seen),
    }
    Path(result).write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
