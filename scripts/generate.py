"""Writes the parts of the documentation that the program knows better: `python scripts/generate.py`.

A part stands between `<!-- begin NAME -->` and `<!-- end NAME -->`. With `--check` nothing is written, and the exit
code is 1 if a part is not what it should be.
"""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from sessile.project.settings import options
from sessile.project.toml import render_toml
from sessile.rules.registry import all_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessile.rules.rule import Rule

ROOT = Path(__file__).resolve().parents[1]
HEAD = "| code | name | severity | fix | reports |\n| --- | --- | --- | --- | --- |"
PAGES = "server/sessile/rules/pages"
PICTURE = ["check", "shop/services/accounts.py", "--select", "SCOPE001", "--color", "never"]
FAMILIES = {
    "SCOPE": "sessions and what is read without them",
    "COMMIT": "writes and transactions",
    "DETACH": "objects that leave their session",
    "ROW": "results and rows",
    "GET": "look-ups by primary key",
    "SQL": "statements",
    "EXC": "swallowed errors",
    "LOAD": "loading",
    "DTO": "Pydantic models",
    "CFG": "configuration of SQLAlchemy",
}


def picture() -> str:
    """What the command line says of a function of the example shop."""
    code = "import sys; from sessile.cli.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, *PICTURE]
    done = subprocess.run(command, cwd=ROOT / "examples", capture_output=True, text=True, check=False)
    if done.returncode != 1:
        raise RuntimeError(f"the example has no finding: {done.stdout}{done.stderr}")
    return f"```console\n$ sessile {' '.join(PICTURE[:-2])}\n{done.stdout.strip()}\n```"


def rules() -> str:
    """All rules, by family."""
    parts = []
    for family, members in groupby(all_rules(), key=lambda rule: rule.code.rstrip("0123456789")):
        parts.append("\n".join([f"**{family}**: {FAMILIES[family]}\n\n{HEAD}", *map(_row, members)]))
    return "\n\n".join(parts)


def _row(rule: Rule) -> str:
    fix = rule.fix.value if rule.fix is not None and rule.repairer is not None else ""
    severity = rule.severity.value if rule.default else f"{rule.severity.value}, off by default"
    summary = rule.summary.replace("|", "\\|")
    return f"| [{rule.code}]({PAGES}/{rule.code}.md) | {rule.name} | {severity} | {fix} | {summary} |"


def settings() -> str:
    """All options of the configuration."""
    parts = []
    for each in options():
        default = "not set" if each.default is None else f"`{render_toml(each.default)}`"
        parts.append(
            f"## {each.name}\n\n{each.description}\n\nDefault: {default}\n\n"
            f"```toml\n[tool.sessile]\n{each.name} = {each.example}\n```"
        )
    return "\n\n".join(parts)


def editors() -> str:
    """What is tested in which editor."""
    facts = runpy.run_path(str(ROOT / "tests" / "editors" / "editor_facts.py"))
    titles = facts["EDITORS"]
    head = f"| | {' | '.join(titles.values())} |\n|{' --- |' * (len(titles) + 1)}"
    how = {**facts["HOW"], **dict.fromkeys(facts["WITHOUT"], "–")}
    rows = (
        f"| {fact} | {' | '.join(how.get((editor, name), 'yes') for editor in titles)} |"
        for name, fact in facts["FACTS"].items()
    )
    return "\n".join([head, *rows])


PARTS: dict[str, dict[str, Callable[[], str]]] = {
    "README.md": {"picture": picture, "rules": rules},
    "docs/configuration.md": {"options": settings},
    "docs/editors.md": {"editors": editors},
}


def generated(text: str, parts: dict[str, Callable[[], str]]) -> str:
    """A text with its parts as they should be; ValueError names a part that the text has not."""
    for name, make in parts.items():
        marks = re.compile(rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        found = marks.search(text)
        if found is None:
            raise ValueError(f"no part {name!r}")
        text = f"{text[: found.start()]}{found[1]}\n{make()}\n\n{found[2]}{text[found.end() :]}"
    return text


def main(words: list[str]) -> int:
    """Write all parts, or check them."""
    stale = []
    for name, parts in PARTS.items():
        path = ROOT / name
        before = path.read_text("utf-8")
        after = generated(before, parts)
        if after != before:
            stale.append(name)
            if "--check" not in words:
                path.write_text(after, "utf-8")
    for name in stale:
        sys.stdout.write(f"{name}: {'is not up to date' if '--check' in words else 'written'}\n")
    return 1 if stale and "--check" in words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
