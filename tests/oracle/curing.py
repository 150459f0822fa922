"""Fixes are cures: what `--fix --unsafe-fixes` makes of a program, run and judged again."""

from __future__ import annotations

import ast
import contextlib
import io
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sessile.cli.main import main

from .comparing import swallows
from .families import LOST, SWALLOWED, codes_for
from .judging import judged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .comparing import Comparison
    from .library import Library
    from .program import Program


@dataclass(frozen=True)
class Cure:
    """What became of a program. `offered`: there was a fix for each of its failures and for its lost write.

    `ails`: how the repaired program still fails, empty if it does not; `outside` if no rule speaks of that. `added` are
    the codes of findings that were not there before. `steady`: a second run of the fixes changes nothing.
    """

    changed: bool = False
    offered: bool = False
    parses: bool = True
    steady: bool = True
    ails: str = ""
    outside: bool = False
    added: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()


def cured(program: Program, found: Comparison, library: Library, pin: str, job: Mapping[str, Any]) -> Cure:
    """Fix a program in files of their own, and run what comes of it."""
    if not any(one.fixable for one in found.said):
        return Cure()
    with tempfile.TemporaryDirectory(prefix="oracle-") as folder:
        root = Path(folder)
        (root / "requirements.txt").write_text(pin + "\n", "utf-8")
        (root / "pyproject.toml").write_text("[tool.sessile]\n", "utf-8")  # its fixes may touch all files below
        files = _fixed(root, program.files)
        again = _fixed(root, files)
    if files == program.files:
        return Cure()
    if not all(map(_parses, files.values())):
        return Cure(True, parses=False, ails="it does not parse", files=tuple(files.items()))
    outcome = library.run({**job, "files": _ordered(files)})
    before, after = (Counter(one.code for one in each) for each in (found.said, judged(files, pin)))
    offered = _offered(found, before - after)
    ails = outcome.get("failed") or _ails(found, outcome["runs"])
    outside = not found.clean and any(_outside(run, files) for run in outcome.get("runs", ()))
    return Cure(True, offered, True, again == files, ails, outside, tuple(after - before), tuple(files.items()))


def _fixed(root: Path, files: Mapping[str, str]) -> dict[str, str]:
    for name, text in files.items():
        (root / name).write_text(text, "utf-8")
    silence = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
        main(["check", "--fix", "--unsafe-fixes", str(root)])
    return {path.name: path.read_text("utf-8") for path in sorted(root.glob("*.py"))}


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _ordered(files: Mapping[str, str]) -> dict[str, str]:
    """The files so that each comes after those that it imports; `main.py` is the last."""
    order = ("models.py", "provider.py", "callee.py", "main.py")
    return dict(sorted(files.items(), key=lambda item: order.index(item[0]) if item[0] in order else -1))


def _offered(found: Comparison, gone: Mapping[str, int]) -> bool:
    """Whether the fixes did away with a finding for each failure, and for the lost write."""
    if found.swallowed:
        return any(code.startswith(SWALLOWED) for code in gone)
    if found.missed or found.unnamed or found.later or not (found.failures or found.lost):
        return False
    lost = any(run["lost"] for run in found.runs)  # in a run that raised, too: it shows once that is repaired
    return all(set(each.codes) & set(gone) for each in found.failures) and (not lost or LOST in gone)


def _outside(run: dict[str, Any], files: Mapping[str, str]) -> bool:
    """Whether a run failed in a way of which no rule speaks."""
    if not run.get("lines"):
        return False
    name, _, number = run["lines"][-1].rpartition(":")
    return not codes_for(run["error"], run["orig"], run["message"], files[name].split("\n")[int(number) - 1])


def _ails(found: Comparison, runs: list[dict[str, Any]]) -> str:
    """What still goes wrong; a failure that was swallowed has to leave the program now.

    What a program gave that ran clean is what it has to give.
    """
    if found.swallowed:
        was = [swallows(run) for run in found.runs]
        kept = any(before and not run.get("error") for before, run in zip(was, runs, strict=True))
        return "the failure is still swallowed" if kept else ""
    for run in runs:
        if run.get("error"):
            return f"{run['error']} at {' > '.join(run['lines'])}: {run['message']}"
        if run["lost"]:
            return "a write is lost"
    if found.clean and [run["value"] for run in runs] != [run["value"] for run in found.runs]:
        return "it gives something else"
    return ""
