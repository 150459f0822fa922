"""One run over the files of one project: what the cache knows is told at once, the rest is examined, and kept.

What is told does not depend on how it was come by: not on the cache, the number of processes, or the order of files.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from sys import intern
from typing import TYPE_CHECKING

from sessile.project.cache.file import CacheFile, Damaged
from sessile.project.cache.memory import Memory, Verdict
from sessile.project.cache.refresh import refresh, settle, stamps_of
from sessile.project.failure import Failure
from sessile.project.records import read
from sessile.rules.finding import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from sessile.cli.crew.examiner import Result
    from sessile.cli.crew.worker import Task
    from sessile.project.cache.memory import Answer, Read
    from sessile.project.cache.sight import Sight
    from sessile.project.records import FindingRecord
    from sessile.project.settings import Settings
    from sessile.project.workspace import Workspace
    from sessile.rules.finding import Finding

#: A process is worth starting for so many bytes of source.
WORTHWHILE = 40_000
#: Looking at who imports whom is worth while for so many files.
MANY_FILES = 20


@dataclass(slots=True)
class Batch:
    """`site` is the `site-packages` of the project's environment. `cache` is where to remember verdicts, None for
    nowhere; `note` takes what users must know, `log` what they may want to."""

    settings: Settings
    paths: Sequence[str]
    site: str | None
    jobs: int
    cache: CacheFile | None
    note: Callable[[str], None]
    log: Callable[[str], None]
    memory: Memory | None = None
    _told: dict[object, list[tuple[Read, Answer]]] = field(default_factory=dict)
    _results: dict[str, Result] = field(default_factory=dict)

    def reports(self) -> Iterator[Report | Failure]:
        """A report for each file, or why there is none, in order."""
        started = time.time_ns()
        self.memory = memory = self._loaded()
        another = refresh(memory, self.settings.root, self._sight)
        todo = [path for path in self.paths if path not in memory.verdicts]
        self.log(f"{len(self.paths) - len(todo)} of {len(self.paths)} files are as the cache knows them")
        stamps = stamps_of(todo)
        if todo or another:
            memory.complete()
        yield from self._in_order(memory, todo)
        if todo or another:
            settle(memory, stamps, {path: each["digest"] for path, each in self._results.items()}, started)
            self._save(memory)

    def _in_order(self, memory: Memory, todo: list[str]) -> Iterator[Report | Failure]:
        coming = self._examined(memory, todo)
        for path in self.paths:
            while path not in memory.verdicts and path not in self._results:
                self._take(memory, *next(coming))
                if len(self._results) == len(todo):
                    coming.close()  # nothing more comes of these processes
            yield self._told_of(path, memory)

    def _told_of(self, path: str, memory: Memory) -> Report | Failure:
        result = self._results.get(path)
        if result is not None and result["failure"] is not None:
            return Failure(path, result["failure"])
        known = memory.verdicts.get(path)
        findings = known.findings if known else result["findings"] if result else []
        suppressed = known.suppressed if known else result["suppressed"] if result else []
        return Report(path, _findings(path, findings), _findings(path, suppressed))

    def _examined(self, memory: Memory, todo: list[str]) -> Generator[tuple[object, Result], None, None]:
        tasks = self._tasks(memory, todo)
        jobs = min(self.jobs, sum(map(_size, todo)) // WORTHWHILE, len(tasks))
        rest: Iterable[Task] = tasks
        if jobs > 1:
            from sessile.cli.crew.crew import results

            yield from results(tasks, self.settings, self.site, jobs)
            rest = [task for task in tasks if task["path"] not in self._results]
        if rest:
            from sessile.cli.crew.examiner import Examiner

            examiner = Examiner(self._workspace, self.settings)
            for task in rest:
                yield examiner, examiner.examine(task["path"], passed_over=task["passed_over"])

    def _tasks(self, memory: Memory, todo: list[str]) -> list[Task]:
        matter = set(todo)
        if len(todo) > MANY_FILES:
            from sessile.project.reach import reach_of

            reach = reach_of(self._workspace(), self.settings, self.paths, memory.layout)
            matter = reach.matter()
            memory.leads.update(reach.leads)
        return [{"path": path, "passed_over": path not in matter} for path in todo]

    def _take(self, memory: Memory, source: object, result: Result) -> None:
        """Take a result for a verdict, if it is sure that it would be the same next time."""
        self._results[result["path"]] = result
        told = self._told.setdefault(source, [])
        told += (((intern(where), intern(name)), _shared(answer)) for where, name, answer in result["answers"])
        if result["failure"] is not None or result["broken"]:
            return
        rests = dict(told[number] for number in result["reads"])
        verdict = Verdict(result["findings"], result["suppressed"], list(rests), result["passed_over"])
        memory.keep(result["path"], verdict, rests)

    def _workspace(self) -> Workspace:
        from sessile.project.workspace import workspace_of

        return workspace_of(self.settings, self.site)

    def _sight(self) -> Sight:
        from sessile.project.cache.sight import Sight

        assert self.memory is not None
        return Sight(self._workspace(), self.settings, self.memory.layout)

    def _loaded(self) -> Memory:
        if self.memory is not None:
            return self.memory
        try:
            return (self.cache.load() if self.cache else None) or Memory()
        except Damaged as error:
            self.note(f"warning: the cache is damaged ({error}); it is thrown away, and everything is checked anew")
            return Memory()

    def _save(self, memory: Memory) -> None:
        if self.cache is None:
            return
        memory.tidy()
        try:
            self.cache.save(memory)
        except OSError as error:
            self.log(f"the cache cannot be written: {error.strerror or error}")


def _findings(path: str, records: Iterable[FindingRecord]) -> tuple[Finding, ...]:
    return tuple(read(path, each) for each in records)


def _shared(answer: Answer) -> Answer:
    """An answer whose paths are held once, however many answers have them."""
    return {intern(path): held for path, held in answer.items()}


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except (OSError, ValueError):
        return 0
