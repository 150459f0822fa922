"""Reads the literate cases: Markdown in which every expectation is a comment on the line that it speaks of.

A file `CODE.md` begins with `# CODE name`. A case is a `## heading`, some prose and one or more fences:

- ```` ```python ```` is the case's `main.py`, with the preamble in front of it;
- ```` ```python standalone ```` is a `main.py` without the preamble;
- a fence after a line `` `models.py`: `` is that file of the case, complete as it stands; before the first heading it
  is a file of every case that has none of that name;
- ```` ```python preamble ```` (before or between the cases) holds until the next preamble;
- ```` ```python setup ```` and ```` ```python run ```` are for the run alone, never analysed: what to prepare besides
  the tables and the standard rows, and how to call the functions. A setup before or between the cases holds until the
  next preamble or setup there;
- ```` ```toml ```` is the project's configuration (the content of `[tool.sessile]`), for the file or for one case;
- `no-run` in the info string: the case speaks of style, and no run can show it. `analysis-only=REASON` likewise, where
  a run could but is not possible here.

An expectation is `# error: [CODE]` (or warning, information, hint), several separated by `;`. After the code
`raises X` says that the line raises X (or an exception whose `.orig` is an X) when the case is run, and `raises X in g`
that it raises inside the case's own `g`, called from this line. A line without an expectation has no finding of any
code. Where a path ends by raising, what follows on it is not reached, hence has no finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

HERE = Path(__file__).parent
SEVERITIES = ("error", "warning", "information", "hint")
MAIN = "main.py"

_FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<info>.*)$")
_FILE = re.compile(r"^`(?P<name>[\w./-]+)`:$")
_MARK = re.compile(
    r"(?P<severity>error|warning|information|hint): \[(?P<code>[A-Z]+\d{3})\]"
    r"(?: raises (?P<raises>\w+)(?: in (?P<inside>[\w<>]+))?)?"
)
_COMMENT = re.compile(r"#\s*(?=(?:error|warning|information|hint): \[)(?P<marks>.*)$")


class MalformedCase(ValueError):
    """The Markdown does not follow the format above; the message names file and line."""


@dataclass(frozen=True)
class Mark:
    """One expected finding; `line` counts from 1 in the assembled file."""

    file: str
    line: int
    severity: str
    code: str
    raises: str | None = None
    inside: str | None = None


@dataclass(frozen=True)
class Source:
    """One file of a case as it is analysed and run; `origins[i]` is the Markdown line of its line i + 1."""

    name: str
    text: str
    origins: tuple[int, ...]

    def marks(self) -> list[Mark]:
        """The expectations of this file in order."""
        found: list[Mark] = []
        for number, line in enumerate(self.text.split("\n"), start=1):
            comment = _COMMENT.search(line)
            if comment is not None:
                found += [_mark(self.name, number, part, self.origins) for part in comment["marks"].split(";")]
        return found


@dataclass(frozen=True)
class Case:
    """One heading with its files; `run` is None where the standard driver calls the functions, `settings` is TOML."""

    rule: str
    title: str
    path: Path
    line: int
    files: tuple[Source, ...]
    setup: str = ""
    run: str | None = None
    runnable: bool = True
    settings: str = ""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """All expectations, file by file."""
        return tuple(mark for source in self.files for mark in source.marks())

    def source(self, name: str) -> Source:
        """The file of that name."""
        return next(source for source in self.files if source.name == name)

    def __str__(self) -> str:
        return f"{self.rule}: {self.title}"


@dataclass
class _Fence:
    line: int
    info: list[str]
    body: list[str]
    name: str | None

    @property
    def text(self) -> str:
        return "\n".join(self.body) + "\n"

    @property
    def origins(self) -> tuple[int, ...]:
        return tuple(range(self.line + 1, self.line + 1 + len(self.body)))


@dataclass
class _Section:
    title: str
    line: int
    fences: list[_Fence] = field(default_factory=list)


def rule_files(folder: Path = HERE) -> list[Path]:
    """Every `CODE.md` beside this module."""
    return sorted(folder.glob("[A-Z]*[0-9].md"))


def load(path: Path) -> list[Case]:
    """The cases of one file in order; raises MalformedCase."""
    return parse(path.read_text("utf-8"), path)


def parse(text: str, path: Path) -> list[Case]:
    """The cases of a Markdown text; `path` is used for messages only."""
    title, sections = _sections(text, path)
    rule = title.split()[0]
    preamble: _Fence | None = None
    setup = settings = ""
    shared = {fence.name: _source(fence, None) for fence in sections[0].fences if fence.name is not None}
    cases: list[Case] = []
    for section in sections:
        holds = not _has_code(section) or (section is sections[0] and bool(shared))
        for fence in section.fences:
            if "preamble" in fence.info:
                preamble, setup = fence, ""
            elif "setup" in fence.info and holds:
                setup = fence.text
            elif fence.info == ["toml"] and holds:
                settings = fence.text
        if not holds:
            case = _case(rule, section, path, preamble, setup, shared)
            cases.append(replace(case, settings=settings + case.settings))
    return cases


def _sections(text: str, path: Path) -> tuple[str, list[_Section]]:
    sections = [_Section("", 0)]
    title: str | None = None
    fence: _Fence | None = None
    ticks = name = None
    for number, line in enumerate(text.split("\n"), start=1):
        opening = _FENCE.match(line)
        if fence is not None:
            if line.rstrip() == ticks:
                sections[-1].fences.append(fence)
                fence = name = None
            else:
                fence.body.append(line)
        elif opening:
            ticks, fence = opening["ticks"], _Fence(number, opening["info"].split(), [], name)
        elif line.startswith("# "):
            title = line[2:]
        elif line.startswith("## "):
            sections.append(_Section(line[3:].strip(), number))
        elif file := _FILE.match(line.strip()):
            name = file["name"]
    if title is None or fence is not None:
        raise MalformedCase(f"{path}: no `# CODE name` heading, or a fence that never ends")
    return title, sections


def _has_code(section: _Section) -> bool:
    return any(_is_code(fence) for fence in section.fences)


def _is_code(fence: _Fence) -> bool:
    if fence.name is not None:
        return True
    return fence.info[:1] == ["python"] and not {"preamble", "setup", "run"} & set(fence.info)


def _case(
    rule: str, section: _Section, path: Path, preamble: _Fence | None, setup: str, shared: dict[str, Source]
) -> Case:
    if not section.title:
        raise MalformedCase(f"{path}: code before the first `## heading`")
    files: dict[str, Source] = {}
    run: str | None = None
    settings = ""
    runnable = True
    for fence in section.fences:
        if _is_code(fence):
            source = _source(fence, preamble)
            if source.name in files:
                raise MalformedCase(f"{path}:{fence.line}: {source.name} is given twice in one case")
            files[source.name] = source
            runnable &= not any(word == "no-run" or word.startswith("analysis-only=") for word in fence.info)
        elif "setup" in fence.info:
            setup += fence.text
        elif "run" in fence.info:
            run = fence.text
        elif fence.info == ["toml"]:
            settings += fence.text
    every = tuple({**shared, **files}.values())
    return Case(rule, section.title, path, section.line, every, setup, run, runnable, settings)


def _source(fence: _Fence, preamble: _Fence | None) -> Source:
    name = fence.name or MAIN
    if preamble is None or "standalone" in fence.info or fence.name is not None:
        return Source(name, fence.text, fence.origins)
    gap = ("", "")
    text = preamble.text + "\n".join(gap) + "\n" + fence.text
    return Source(name, text, preamble.origins + (fence.line,) * len(gap) + fence.origins)


def _mark(file: str, line: int, part: str, origins: tuple[int, ...]) -> Mark:
    match = _MARK.fullmatch(part.strip())
    if match is None:
        raise MalformedCase(f"Markdown line {origins[line - 1]}: cannot read the expectation {part.strip()!r}")
    return Mark(file, line, match["severity"], match["code"], match["raises"], match["inside"])
