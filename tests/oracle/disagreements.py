"""Writes the programs on which the engine and the library disagree, so that somebody can say who is right."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from .figures import grouped
from .program import Program

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from .comparing import Comparison


def written(comparisons: Sequence[Comparison], folder: Path) -> int:
    """One Markdown file for each disagreement; how many there are. What lay in the folder before is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wrong = [each for each in comparisons if not each.agrees]
    for number, (key, group) in enumerate(sorted(grouped(wrong, lambda each: each.key).items())):
        name = f"{number:04} {'+'.join(sorted({sort for each in group for sort in sorts(each)}))}"
        (folder / f"{re.sub(r'[^-+ .0-9A-Za-z]', '', name)}.md").write_text(_text(key, group), "utf-8")
    return len(wrong)


def sorts(each: Comparison) -> list[str]:
    """In which ways they disagree."""
    found = [f"missed {'/'.join(failure.codes)}" for failure in each.missed]
    found += [f"false {one.code}" for one in each.false_errors]
    found += [f"warned {one.code}" for one in each.warnings]
    found += ["lost write missed"] if each.lost and not each.lost_found else []
    found += ["loop missed"] if each.loops != each.loops_found else []
    found += ["loop invented"] if each.false_loops else []
    found += [each.uncured.partition(":")[0]] if each.uncured else []
    return found + (["did not run"] if each.failed else [])


def _text(key: str, group: Sequence[Comparison]) -> str:
    parts = [f"# {key}"]
    parts += [f"`{name}`:\n\n```python\n{_numbered(text)}\n```" for name, text in Program.of(key).files.items()]
    parts += [f"## {each.release}: {', '.join(sorts(each))}\n\n{_happened(each)}" for each in group]
    return "\n\n".join(parts) + "\n"


def _numbered(text: str) -> str:
    return "\n".join(f"{number:3}  {line}".rstrip() for number, line in enumerate(text.rstrip().split("\n"), 1))


def _happened(each: Comparison) -> str:
    lines = [f"- it failed: {each.failed}"] if each.failed else []
    lines += [f"- ran {_run(run)}" for run in each.runs]
    lines += [f"- said {one.place} {one.severity} {one.code}: {one.message}" for one in each.said]
    text = "\n".join(_unique(lines))
    if each.cure is not None and each.uncured:
        repaired = "\n\n".join(f"`{name}`, repaired:\n\n```python\n{body}```" for name, body in each.cure.files)
        text += f"\n\nThe repair is {each.uncured}\n\n{repaired}"
    return text


def _unique(lines: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(lines))


def _run(run: dict[str, object]) -> str:
    flags = ", ".join(f"{name}={value}" for name, value in dict(run["call"]).items())  # type: ignore[call-overload]
    if run.get("error"):
        result = f"{run['error']}({run['orig'] or ''}) at {' > '.join(run['lines'])}: {run['message']}"  # type: ignore[arg-type]
    else:
        result = f"gave {run['value']}"
    written = "; a write was LOST" if run["lost"] else "; a change was discarded" if run["discarded"] else ""
    return f"f({flags}) with {run['size']} rows: {result}{written}; SELECTs {run['selects']}; caught {run['caught']}"
