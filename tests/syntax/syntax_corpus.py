"""Real Python files to try things on, and edits that break them."""

from __future__ import annotations

import random
import re
import sys
import sysconfig
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sessile.syntax import UndecodableError, read_source

HALF_TYPED = (
    "session.", "x = session.get(", "if user.", "with Session(engine) as ", "for x in ", "def foo(self, ", "@",
    "@router.get(", "return [x for", "x = {", 'print(f"{x', 'foo("abc', '"""', 'x = """SELECT', "class A(", "import ",
    "x = [1,", "try:", "except", "else:", "if x", "session.exec(select(User).where(", "user.name = ", "'", "lambda x",
    ")", "]", "async with ", "await ", "from x import (", "elif ", "match x:", "return (", "'''", 'f"""{x', "del",
    "x: ",
)  # fmt: skip
SNIPPETS = (
    *HALF_TYPED, "(", "[", "{", "}", "\n", "\r", "\r\n", "\\\n", "#", "def f():\n", "\nclass A:\n", "    ", "else:\n",
    "x = 1\n", "\f", 'f"{', '}"', "\ufeff", "\0", "import os\n", "\nimport os\n", "if x:\n", "é", "\ud800", "\u2028",
)  # fmt: skip


class Broken(NamedTuple):
    """A text that was broken at a line (from 1), and whether that line was put in."""

    text: str
    line: int
    inserted: bool


@cache
def files(count: int, seed: int = 0) -> tuple[tuple[str, str], ...]:
    """The paths and texts of so many files of the standard library and the installed packages, always the same."""
    roots = {sysconfig.get_path("stdlib"), *(path for path in sys.path if path.endswith("site-packages"))}
    paths = sorted(path for root in sorted(roots) for path in Path(root).rglob("*.py") if path.stat().st_size < 120_000)
    random.Random(seed).shuffle(paths)
    found: list[tuple[str, str]] = []
    for path in paths:
        try:
            found.append((str(path), read_source(path.read_bytes()).text))
        except UndecodableError:
            continue
        if len(found) == count:
            break
    return tuple(found)


def broken(text: str, chance: random.Random) -> Broken | None:
    """The text with one line cut, one bracket or quote deleted, or a half-typed line put in."""
    lines = text.splitlines(keepends=True)
    code = [number for number, line in enumerate(lines) if len(line.strip()) > 4]
    kind = chance.choice(["cut", "delete", "delete", "type", "type", "type"])
    if not code:
        return None
    number = chance.choice(code)
    line = lines[number]
    indent = line[: len(line) - len(line.lstrip())]
    if kind == "cut":
        lines[number] = line[: chance.randrange(len(indent) + 1, len(line.rstrip()))] + "\n"
        return Broken("".join(lines), number + 1, inserted=False)
    if kind == "type":
        lines.insert(number, indent + chance.choice(HALF_TYPED) + "\n")
        return Broken("".join(lines), number + 1, inserted=True)
    places = [match.start() for match in re.finditer(r"[()\[\]{}\"']", text)]
    if not places:
        return None
    place = chance.choice(places)
    length = 3 if text[place : place + 3] in ('"""', "'''") and chance.random() < 0.5 else 1
    return Broken(text[:place] + text[place + length :], text.count("\n", 0, place) + 1, inserted=False)
