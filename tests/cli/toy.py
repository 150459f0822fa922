"""An engine that finds words, so that the command line can be tested without the real one.

`leak` is an error with a safe fix (`kept`), `drift` a warning with an unsafe one (`still`), `murmur` a hint without.
`pair` is two findings whose fixes overlap. The fix of `spoil` does not parse, that of `stay` changes nothing that
matters, that of `far` changes other.py beside it and creates new.py. `trace` is a warning whose story is in other.py.
At `crash` a part of the engine fails, which it survives.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.cli.main import main
from sessile.cli.tools import Tools
from sessile.rules.finding import Applicability, FileEdit, Finding, Fix, Location, Related, Report, Severity
from sessile.syntax import parse
from sessile.text import Document, Edit, Range

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sessile.project.settings import Settings
    from sessile.text import Position

SAFE, UNSAFE = Applicability.SAFE, Applicability.UNSAFE
START = Range.at(1, 0, 1, 0)


@dataclass(frozen=True)
class ToyRule:
    code: str
    name: str
    severity: Severity
    fix: Applicability | None = None
    default: bool = True

    summary = "It is about a word."

    @property
    def documentation(self) -> str:
        return f"# {self.name}\n\nIt is about a *word*.\n"

    @property
    def url(self) -> str:
        return f"https://example.org/{self.code}"


LEAK = ToyRule("SCOPE001", "attribute-outside-session", Severity.ERROR, SAFE)
DRIFT = ToyRule("ROW001", "row-used-as-entity", Severity.WARNING, UNSAFE)
MURMUR = ToyRule("GET001", "select-by-primary-key", Severity.HINT)
SILENT = ToyRule("DETACH001", "returns-orm-model", Severity.WARNING, default=False)
RULES = (DRIFT, MURMUR, LEAK, SILENT)
WORDS = {
    "leak": [LEAK],
    "drift": [DRIFT],
    "murmur": [MURMUR],
    "silent": [SILENT],
    "pair": [LEAK, LEAK],
    "spoil": [LEAK],
    "stay": [LEAK],
    "far": [LEAK],
    "trace": [DRIFT],
}
REPLACEMENTS = {"leak": "kept", "drift": "still", "spoil": "(", "stay": "stay + 0", "far": "near", "pair": "leak"}


@dataclass
class ToyProject:
    """Knows nothing but the words above."""

    settings: Settings
    seen: dict[str, str] = field(default_factory=dict)

    def analyze(self, document: Document) -> Report:
        if "crash" in document.text:
            _crash()
        found = [*self._syntax(document), *self._words(document)]
        return Report(document.path, tuple(sorted(found, key=lambda each: each.location.range)))

    def repair(self, finding: Finding, document: Document) -> Fix | None:
        word = finding.message.split("`")[1]
        edits = [FileEdit(document.path, (Edit(finding.location.range, REPLACEMENTS[word]),))]
        if word == "far":
            beside = os.path.dirname(document.path)
            edits.append(FileEdit(os.path.join(beside, "other.py"), (Edit(START, "import new\n"),)))
            edits.append(FileEdit(os.path.join(beside, "new.py"), (Edit(START, "made = 1\n"),), creates=True))
        return Fix(f"Replace `{word}`", finding.applicability or SAFE, tuple(edits))

    def elsewhere(self, document: Document, position: Position) -> str | None:  # noqa: ARG002  # nothing is installed
        return None

    def explain(self, document: Document, position: Position) -> str | None:
        word = re.match(r"\w*", document.text[document.lines.offset(position) :])
        return f"`{word[0]}` is a word" if word and word[0] in WORDS else None

    def changed(self, document: Document) -> None:
        self.seen[document.path] = document.text

    def _words(self, document: Document) -> Iterator[Finding]:
        for match in re.finditer("|".join(rf"\b{word}\b" for word in WORDS), document.text):
            for ordinal, rule in enumerate(WORDS[match[0]]):
                if self._wanted(rule, document.path):
                    yield self._finding(document, match, rule, ordinal)

    def _wanted(self, rule: ToyRule, path: str) -> bool:
        return self.settings.enabled(rule.code, rule.default) and not self.settings.ignored_in(path, rule.code)

    def _finding(self, document: Document, match: re.Match[str], rule: ToyRule, ordinal: int) -> Finding:
        lines = document.lines
        where = Range(lines.position(match.start()), lines.position(match.end()))
        story = Location(os.path.join(os.path.dirname(document.path), "other.py"), Range.at(1, 0, 1, 4))
        return Finding(
            code=rule.code,
            name=rule.name,
            severity=self.settings.severity_of(rule.code, rule.severity),
            message=f"`{match[0]}` stands here. It fails. Take it away.",
            location=Location(document.path, where),
            statement=where,
            fingerprint=f"{rule.code}:{match[0]}:{match.start()}:{ordinal}",
            related=(Related(story, "it begins here"),) if match[0] == "trace" else (),
            applicability=rule.fix,
            fix_title=f"Replace `{match[0]}`" if rule.fix else None,
        )

    def _syntax(self, document: Document) -> Iterator[Finding]:
        module = parse(document)
        for placed in module.blocks:
            if problem := placed.block.problem:
                where = module.absolute(placed.block, Range(problem.position, problem.position))
                place = Location(document.path, where)
                yield Finding("SYNTAX", "invalid-syntax", Severity.ERROR, "It does not parse.", place, where, "s")


def _crash() -> None:
    try:
        raise KeyError("session")
    except KeyError:
        logging.getLogger("sessile.engine").exception("rule %s failed and is left out", "ROW001")


def serve(words: Sequence[str]) -> int:
    print("serving", *words)
    return 7


def toy_tools() -> Tools:
    return Tools(lambda settings, _: ToyProject(settings), lambda: RULES, serve)


if __name__ == "__main__":
    sys.exit(main(tools=toy_tools()))
