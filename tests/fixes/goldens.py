"""Reads `repairs.md`: programs with one defect each, and what their repair makes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PATH = Path(__file__).with_name("repairs.md")
MAIN = "main.py"

_SECTION = re.compile(r"^## (.+)\n", re.MULTILINE)
_RULE = re.compile(r"^`([A-Z]+\d{3})`(?: raises `(\w+)`)?$", re.MULTILINE)
_LINES = re.compile(r"^(adds|removes|title) `(.+)`$", re.MULTILINE)
_FENCE = re.compile(r"(?:^`([\w./]+)`:\n\n)?^```python([\w -]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Golden:
    """One case. `before` and `after` are texts by file; those of `main.py` stand behind the preamble."""

    name: str
    code: str
    raises: str | None
    preamble: str
    before: dict[str, str]
    after: dict[str, str]
    adds: tuple[str, ...]
    removes: tuple[str, ...]
    title: str | None

    def __str__(self) -> str:
        return self.name

    @property
    def files(self) -> dict[str, str]:
        """The files of the defective program."""
        return {name: self.preamble + text if name == MAIN else text for name, text in self.before.items()}

    def missing(self, texts: dict[str, str]) -> list[str]:
        """What of a repaired program is not as it is written here."""
        problems = []
        for name, expected in self.after.items():
            text = texts.get(name, "")
            if not (text.endswith(expected) if name == MAIN else text == expected):
                problems.append(f"{name}:\n{text}")
        head = texts[MAIN][: len(texts[MAIN]) - len(self.after[MAIN])] if MAIN in self.after else ""
        if MAIN in self.after and not problems:
            old, new = self.preamble.splitlines(), head.splitlines()
            gone, come = [each for each in old if each not in new], [each for each in new if each not in old]
            if tuple(gone) != self.removes or tuple(come) != self.adds:
                problems.append(f"removed {gone}, added {come}")
        return problems


def goldens() -> list[Golden]:
    """All cases."""
    head, *rest = _SECTION.split(PATH.read_text("utf-8"))
    preamble = _fences(head)[0][2] + "\n\n"
    return [_golden(name, body, preamble) for name, body in zip(rest[::2], rest[1::2], strict=True)]


def _fences(text: str) -> list[tuple[str, str, str]]:
    return [(match[1] or MAIN, match[2].strip(), match[3]) for match in _FENCE.finditer(text)]


def _golden(name: str, body: str, preamble: str) -> Golden:
    rule = _RULE.search(body)
    assert rule is not None, f"{name} names no rule"
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    alone = False
    for file, info, text in _fences(body):
        alone = alone or info == "standalone"
        target = after if file in before else before
        target[file] = text
    lines = [(match[1], match[2]) for match in _LINES.finditer(body)]
    adds, removes = (tuple(text for kind, text in lines if kind == wanted) for wanted in ("adds", "removes"))
    title = next((text for kind, text in lines if kind == "title"), None)
    preamble = "" if alone else preamble
    return Golden(name, rule[1], rule[2], preamble, before, after, adds, removes, title)
