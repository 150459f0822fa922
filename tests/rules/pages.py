"""Reads the pages of the rules: fixed headings, and two programs that are run.

The first fence under Example is a complete program. It carries the same expectations as a literate case; what it prints
stands in comments, `# prints TEXT`, in the order of the run; a line that raises though the finding is elsewhere says
`# raises X`. The first fence under Use instead is the same program set
right. A page whose defect no run can show says so with the sentence NOT_RUN under Example.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from literate import MAIN, Source

FOLDER = Path(__file__).parents[2] / "server" / "sessile" / "rules" / "pages"
HEADINGS = (
    "What it does",
    "Why is this bad?",
    "Example",
    "Use instead",
    "Fix safety",
    "Known limits",
    "References",
)
NOT_RUN = "Both programs run alike: no run can show the difference."

_SECTION = re.compile(r"^## (.+)\n", re.MULTILINE)
_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_RAISES = re.compile(r"# raises (\w+)$")
_PRINTS = re.compile(r"#.*?\bprints (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """One page, cut at its headings; `sections` keeps their order."""

    path: Path
    title: str
    summary: str
    sections: dict[str, str]

    @property
    def runs(self) -> bool:
        """Whether a run can show the defect."""
        return NOT_RUN not in self.sections["Example"]

    def program(self, section: str) -> Source:
        """The first Python fence of a section; raises ValueError where there is none."""
        fence = _PYTHON.search(self.sections[section])
        if fence is None:
            raise ValueError(f"{self.path.name}: no python fence under {section}")
        return Source(MAIN, fence[1], ())


def load(path: Path) -> Page:
    """The page of one rule."""
    head, *rest = _SECTION.split(path.read_text("utf-8"))
    title, _, summary = head.strip().partition("\n")
    return Page(path, title, " ".join(summary.split()), dict(zip(rest[::2], rest[1::2], strict=True)))


def printed(program: Source) -> list[str]:
    """The lines that a program says it prints."""
    return [line.strip() for line in _PRINTS.findall(program.text)]


def raised(program: Source) -> tuple[int, str] | None:
    """Line and exception that end a program, if it says so."""
    for mark in program.marks():
        if mark.raises is not None:
            return mark.line, mark.raises
    for number, line in enumerate(program.text.splitlines(), start=1):
        if match := _RAISES.search(line):
            return number, match[1]
    return None
