"""An analysis with the smallest rules that exercise every feature of the server; it stands where the engine stands.

- BAD001 (error, safe fix): the name `badname`; the fix renames it. The story leads to the line before it.
- BAD002 (warning, unsafe fix): `detached`; the fix imports a helper from a module that it creates beside the file.
- BAD003 (hint, no fix): `shared`, while another file of the project says `shared = False`.
- BAD004 (information, unsafe fix that turns out to be impossible): `hopeless`.
- BAD005 (warning, unsafe fix): `elsewhere`; the fix takes the first word of `other.py` away.
- BAD006 (error, said to have a safe fix that turns out to be impossible): `stubborn`.

While a text says `later`, BAD003 is found only by an analysis that is in no hurry. `endless` makes one never end.

`wordy` can be written as `terse`, which is the rewrite `scalars`.

`crash` makes the analysis raise, `slow` makes it take 50 ms, `glacial` a second. `pyproject.toml` is broken while it
contains `= broken`; `ignore = "BAD001"` in it switches that rule off.
"""

from __future__ import annotations

import copy
import os
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sessile.lsp.backend import ConfigurationProblem, Hint, RulePage
from sessile.rules.finding import Applicability, FileEdit, Finding, Fix, Location, Related, Report, Severity
from sessile.rules.hint import Part, StateHint
from sessile.syntax import parse
from sessile.syntax.suppressions import find
from sessile.text import Document, Edit, Range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sessile.lsp.options import Options
    from sessile.text import Position

RULES = {
    "badname": ("BAD001", Severity.ERROR, Applicability.SAFE, "Rename to goodname"),
    "detached": ("BAD002", Severity.WARNING, Applicability.UNSAFE, "Import the helper"),
    "shared": ("BAD003", Severity.HINT, None, None),
    "hopeless": ("BAD004", Severity.INFORMATION, Applicability.UNSAFE, "Do the impossible"),
    "elsewhere": ("BAD005", Severity.WARNING, Applicability.UNSAFE, "Change the other file"),
    "stubborn": ("BAD006", Severity.ERROR, Applicability.SAFE, "Try in vain"),
}
WORD = re.compile(r"\b\w+\b")


class FakeBackend:
    """Not pure: it remembers what it was asked, for the tests of the server's manners."""

    def __init__(self) -> None:
        self.options: Mapping[str, Options] = {}
        self.settled: dict[str, Document] = {}
        self.off: frozenset[str] = frozenset()
        self.broken: list[ConfigurationProblem] = []
        self.analyses = 0
        self.cleared = 0

    def configure(self, folders: Mapping[str, Options]) -> None:
        self.options = folders
        self.broken = []
        for folder in filter(None, folders):
            path = os.path.join(folder, "pyproject.toml")
            text = _read(path) or ""
            if "= broken" in text:
                self.broken += self.problems_in(Document(path, text))
            else:
                self.off = frozenset(re.findall(r'ignore = "(\w+)"', text))

    def problems(self) -> Sequence[ConfigurationProblem]:
        return self.broken

    def problems_in(self, document: Document) -> Sequence[ConfigurationProblem]:
        if "= broken" not in document.text:
            return []
        line = document.text[: document.text.index("= broken")].count("\n") + 1
        return [ConfigurationProblem(document.path, Range.at(line, 0, line, 1), "it is not TOML")]

    def settle(self, opened: Mapping[str, Document], touched: Iterable[str]) -> bool:
        before = self._shared()
        self.settled = dict(opened)
        return self._shared() != before or any(path.endswith("always.py") for path in touched)

    def heed(self, interrupt: Callable[[], None] | None) -> None:
        self.interrupt = interrupt

    def analyze(self, document: Document, *, hurried: bool = False) -> Report:
        self.analyses += 1
        if "crash" in document.text:
            raise RuntimeError("the secret of the traceback")
        if "slow" in document.text:
            time.sleep(0.05)
        if "glacial" in document.text:
            time.sleep(1)
        if "endless" in document.text and not hurried:
            while self.interrupt is not None:
                time.sleep(0.001)
                self.interrupt()
        if "noisy" in document.text:
            print("a stray print")
            os.write(1, b"a stray write\n")
        hidden = find(parse(document))
        found = [each for each in self._findings(document) if each.code not in self.off | self._ignored()]
        shown = tuple(each for each in found if not hidden.covers(each.code, each.statement))
        complete = not (hurried and ("endless" in document.text or "later" in document.text))
        shown = tuple(each for each in shown if complete or each.code != "BAD003")
        return Report(document.path, shown, tuple(each for each in found if each not in shown), complete)

    def explain(self, document: Document, position: Position) -> Hint | None:
        for start, word, place in _words(document):
            if place.start <= position <= place.end and word.startswith("session"):
                return Hint(f"`{word}` is an open **session** (offset {start})", place)
        return None

    def hints(self, document: Document, place: Range) -> Sequence[StateHint]:
        ends = [StateHint(where.end, "", (Part(word, word, None),)) for _, word, where in _words(document)]
        return [each for each in ends if place.start <= each.position <= place.end]

    def rewrites(self, document: Document, place: Range) -> Sequence[Finding]:
        found = [where for _, word, where in _words(document) if word == "wordy"]
        terse = [Finding("scalars", "terse", Severity.HINT, "", Location(document.path, at), at, "") for at in found]
        named = [replace(each, fix_title="Say less") for each in terse]
        return [each for each in named if each.statement.start <= place.end and place.start <= each.statement.end]

    def rewrite(self, code: str, place: Range, document: Document) -> Fix | None:
        edit = FileEdit(document.path, (Edit(place, "terse"),))
        return Fix("Say less", Applicability.SAFE, (edit,)) if code == "scalars" else None

    def repair(self, finding: Finding, document: Document) -> Fix | None:
        found = next((each for each in self._findings(document) if each.fingerprint == finding.fingerprint), finding)
        here = found.location.range
        if finding.code == "BAD001":
            return Fix("Rename to goodname", Applicability.SAFE, (FileEdit(document.path, (Edit(here, "goodname"),)),))
        if finding.code == "BAD002":
            top = Edit(Range.at(1, 0, 1, 0), "from helper import model_to_dict\n")
            helper = os.path.join(os.path.dirname(document.path), "helper.py")
            new = Edit(Range.at(1, 0, 1, 0), "def model_to_dict(): ...\n")
            files = (FileEdit(helper, (new,), creates=True), FileEdit(document.path, (top, Edit(here, "kept"))))
            return Fix("Import the helper", Applicability.UNSAFE, files)
        if finding.code == "BAD005":
            other = os.path.join(os.path.dirname(document.path), "other.py")
            seen = self.sees(other, document) or ""
            edit = Edit(Range.at(1, 0, 1, len(seen.partition(" ")[0])), "")
            return Fix("Change the other file", Applicability.UNSAFE, (FileEdit(other, (edit,)),))
        return None

    def apart(self) -> FakeBackend:
        return copy.copy(self)

    def sees(self, path: str, document: Document) -> str | None:  # noqa: ARG002  # the protocol's signature
        return self.settled[path].text if path in self.settled else _read(path)

    def helpers(self, document: Document) -> FileEdit:
        helper = os.path.join(os.path.dirname(document.path), "helper.py")
        exists = _read(helper) is not None
        new = Edit(Range.at(1, 0, 1, 0), "def model_to_dict(): ...\n")
        return FileEdit(helper, () if exists else (new,), creates=not exists)

    def clear(self) -> None:
        self.cleared += 1

    def link(self, code: str) -> str | None:
        page = self.rule(code)
        return page.url if page else None

    def rule(self, code: str) -> RulePage | None:
        for name, (known, *_) in RULES.items():
            if known == code:
                url = f"https://example.invalid/{code}"
                return RulePage(code, f"{name}-used", f"`{name}` is used.", "It **fails** at run time.", url)
        return None

    def codes(self) -> Sequence[str]:
        return [code for code, *_ in RULES.values()]

    def files(self) -> Sequence[str]:
        return sorted(str(each) for folder in self.options if folder for each in Path(folder).rglob("*.py"))

    def read(self, path: str) -> Document | None:
        text = _read(path)
        return None if text is None else Document(path, text)

    def _ignored(self) -> frozenset[str]:
        return frozenset(code for each in self.options.values() for code in each.ignore or ())

    def _shared(self) -> bool:
        return any("shared = False" in each.text for each in self.settled.values())

    def _findings(self, document: Document) -> Iterator[Finding]:
        seen: dict[str, int] = {}
        for _, word, place in _words(document):
            if word not in RULES or (word == "shared" and (not self._shared() or "shared = False" in document.text)):
                continue
            code, severity, applicability, title = RULES[word]
            count = seen[code] = seen.get(code, 0) + 1
            line = max(place.start.line - 1, 1)
            story = Related(Location(document.path, Range.at(line, 0, line, 1)), f"`{word}` began here")
            yield Finding(
                code=code,
                name=f"{word}-used",
                severity=severity,
                message=f"`{word}` is used; it fails; use another name",
                location=Location(document.path, place),
                statement=_statement(document, place),
                fingerprint=f"{code}:{count}",
                related=(story,),
                applicability=applicability,
                fix_title=title,
            )


def _words(document: Document) -> Iterator[tuple[int, str, Range]]:
    """Words outside of comments."""
    lines = document.lines
    for match in WORD.finditer(document.text):
        start, end = lines.position(match.start()), lines.position(match.end())
        if "#" not in lines.line(start.line)[: match.start() - lines.start(start.line)]:
            yield match.start(), match[0], Range(start, end)


def _statement(document: Document, place: Range) -> Range:
    """The innermost statement around a place, by Python's own parser; the line where that fails."""
    import ast

    best = Range.at(place.start.line, 0, place.start.line, place.end.column)
    try:
        tree = ast.parse(document.text)
    except (SyntaxError, ValueError):
        return best
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node.lineno <= place.start.line <= (node.end_lineno or 0):
            best = Range.at(node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)
    return best


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except OSError:
        return None
