"""Runs literate cases on the real SQLAlchemy and says where reality and the expectations differ.

An exception has to come from a line that says so, and a line that says so has to raise. An exception that a `run` fence
itself raises, an assertion say, is a failure of the case.
"""

from __future__ import annotations

import contextlib
import io
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from world import Outcome, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from literate import Case, Mark

NOTHING_CALLED = "nothing was called: no function is named f, f1 or f_..., and there is no run fence"


def check(case: Case) -> list[str]:
    """Where the case is wrong about the library: one sentence each, empty if it tells the truth."""
    raising = [mark for mark in case.marks if mark.raises]
    if not case.runnable:
        return [f"line {_place(case, mark)} says that it raises, in a case that is not run" for mark in raising]
    outcomes = list(_outcomes(case))
    problems = [] if outcomes else [NOTHING_CALLED]
    seen: set[Mark] = set()
    for outcome in outcomes:
        if outcome.names:
            match = next((mark for mark in raising if _explains(mark, outcome)), None)
            if match is None:
                problems.append(f"{outcome.call} raised {outcome.names[0]} unexpectedly:\n{outcome.detail}")
            else:
                seen.add(match)
    problems += [f"line {_place(case, mark)} never raised {mark.raises}" for mark in raising if mark not in seen]
    return problems


def _explains(mark: Mark, outcome: Outcome) -> bool:
    if mark.raises not in outcome.names or not outcome.frames:
        return False
    innermost = outcome.frames[-1]
    if mark.inside is None:
        return (innermost.file, innermost.line) == (mark.file, mark.line)
    return innermost.function == mark.inside and any((f.file, f.line) == (mark.file, mark.line) for f in outcome.frames)


def _place(case: Case, mark: Mark) -> str:
    return f"{mark.file}:{mark.line} (Markdown line {case.source(mark.file).origins[mark.line - 1]})"


def _outcomes(case: Case) -> Iterator[Outcome]:
    if case.run is not None:
        with World(case) as world:
            yield from world.run(case.run)
        return
    with World(case) as world:
        calls = list(world.standard_calls())
    for call in calls:
        with World(case) as world:
            yield world.call(call)


def main(paths: list[str]) -> int:
    """Checks the files that are named and prints what is wrong: `python truth.py SCOPE001.md`."""
    from literate import load

    failed = 0
    for path in paths:
        for case in load(Path(path)):
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    problems = check(case)
            except Exception:
                problems = [traceback.format_exc(limit=-6)]
            failed += bool(problems)
            for problem in problems:
                print(f"{path}:{case.line}: {case.title}: {problem}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
