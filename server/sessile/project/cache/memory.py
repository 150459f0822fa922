"""Verdicts on files with everything that they depend on, and which of them hold no more once something has changed.

A verdict is the report of a file as plain data. It depends on the file's own text and on what was read across files.
For each read an answer is kept, file by file; where that of one file is another than before, whoever read it is stale.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.flow.revisions import BLOCKS, CLASSES, MENTIONS, PROJECT
from sessile.flow.revisions import Read as Read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sessile.project.records import FindingRecord

#: What each file contributes to an answer, by its path; only those that contribute anything.
Answer = dict[str, str]
Stamp = tuple[int, int]
NO_STAMP: Stamp = (-1, -1)
#: In place of paths, how many files there are that mention a name, where they are too many to be looked into.
MANY = ""
FEW = 6


@dataclass(slots=True)
class Known:
    """A file as it was when it was read: size and mtime in nanoseconds, and a digest of its bytes."""

    stamp: Stamp
    digest: str


@dataclass(slots=True)
class Verdict:
    """What is to be said of a file, and what was read for it. `passed_over`: its imports led to nothing that matters,
    which holds as long as no file's imports change."""

    findings: list[FindingRecord]
    suppressed: list[FindingRecord]
    reads: list[Read]
    passed_over: bool = False

    @property
    def places(self) -> set[str]:
        """The paths of all files that its findings speak of."""
        return {step["path"] for each in (*self.findings, *self.suppressed) for step in each["related"]}


@dataclass(slots=True)
class Memory:
    """Everything known of one project under one configuration; all paths are absolute.

    `layout` are the Python files that there were, `leads` a digest of what each file imports, as far as somebody asked.
    """

    layout: list[str] = field(default_factory=list)
    files: dict[str, Known] = field(default_factory=dict)
    leads: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    answers: dict[Read, Answer] = field(default_factory=dict)
    #: Fills in `leads`, `answers` and what verdicts read, if that was not done yet: most runs never need them.
    rest: Callable[[Memory], None] | None = None

    def complete(self) -> None:
        """Know everything."""
        if self.rest is not None:
            rest, self.rest = self.rest, None
            rest(self)

    def changed(self, paths: Iterable[str], answer: Callable[[Read, str], str], leads: Callable[[str], str]) -> None:
        """Forget the verdicts that depend on what is different in some files, which may be gone.

        `answer` says what a file contributes to what was read now, and `leads` gives the digest of what it imports.
        """
        touched = set(paths)
        stale = {read for read, held in self.answers.items() if _differs(read, held, touched, answer)}
        moved = any(leads(path) != self.leads[path] for path in touched & self.leads.keys())
        for path, verdict in list(self.verdicts.items()):
            lost = path in touched or not stale.isdisjoint(verdict.reads) or not touched.isdisjoint(verdict.places)
            if lost or (moved and verdict.passed_over):
                del self.verdicts[path]
        for read in stale:
            del self.answers[read]

    def moved(self, importers: set[str]) -> None:
        """Files came or went, which these files may mean by what they import: forget what depends on those."""
        for path, verdict in list(self.verdicts.items()):
            sources = {path, *(where for where, _ in verdict.reads)}
            if verdict.passed_over or not importers.isdisjoint(sources):
                del self.verdicts[path]

    def clear(self) -> None:
        """Know no verdict any more."""
        self.verdicts.clear()
        self.answers.clear()
        self.leads.clear()

    def keep(self, path: str, verdict: Verdict, answers: Mapping[Read, Answer]) -> None:
        """Take a verdict with the answers that it rests on; not if others have been given other answers meanwhile."""
        if any(self.answers.get(read, held) != held for read, held in answers.items()):
            return
        self.answers.update(answers)
        self.verdicts[path] = verdict

    def seen(self, path: str, stamp: Stamp, digest: str) -> None:
        """A file was read; if it was not always the same meanwhile, it counts as changed when it is next looked at."""
        held = self.files.get(path)
        agreed = held is None or held.digest == digest
        self.files[path] = Known(stamp, digest) if agreed else Known(NO_STAMP, "")

    def tidy(self) -> None:
        """Forget what no verdict depends on."""
        needed = {read for verdict in self.verdicts.values() for read in verdict.reads}
        self.answers = {read: held for read, held in self.answers.items() if read in needed}


def _differs(read: Read, held: Answer, touched: set[str], answer: Callable[[Read, str], str]) -> bool:
    where = read[0]
    if MANY in held:
        return int(held[MANY]) - len(touched) <= FEW
    if where in touched:
        return answer(read, where) != held.get(where, "")
    if read == PROJECT or where in (MENTIONS, CLASSES, BLOCKS):
        return any(answer(read, path) != held.get(path, "") for path in touched)
    return False
