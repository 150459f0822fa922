"""Examining one file after the other, in this process or in a worker: the results are plain data either way."""

from __future__ import annotations

import gc
import logging
from typing import TYPE_CHECKING, TypedDict

from sessile.cli.files import FileError, read_file
from sessile.engine import examine, glance
from sessile.project.cache.answers import Answers
from sessile.project.cache.refresh import digest
from sessile.project.records import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sessile.project.cache.memory import Answer, Read
    from sessile.project.records import FindingRecord
    from sessile.project.settings import Settings
    from sessile.project.workspace import Workspace
    from sessile.rules.finding import Report

#: Characters of source above which everything is let go, but not before so many files were examined with it.
HEAVIEST = 3_000_000
KEPT_FOR = 25
#: New objects after which the collector of cycles looks through them, and through the older ones: the analysis makes
#: many and hardly a cycle.
SELDOM = (50_000, 20, 20)
#: One answer: where, what, and what each file contributes.
AnswerRecord = tuple[str, str, "Answer"]


class Result(TypedDict):
    """What is to be said of a file, and all that this rests on. `reads` are numbers of answers, those that were not
    told before among `answers`, which go on where the last ones ended. `failure` tells why there is nothing to say.
    `broken`: a part of the analysis failed, and the log says which."""

    path: str
    digest: str
    findings: list[FindingRecord]
    suppressed: list[FindingRecord]
    reads: list[int]
    answers: list[AnswerRecord]
    passed_over: bool
    failure: str | None
    broken: bool


class Examiner:
    """A project whose files do not change meanwhile. What was concluded about them is let go now and then, so that a
    large project needs no more memory than one of some ten thousand lines; it is concluded anew when it is needed."""

    def __init__(self, opened: Callable[[], Workspace], settings: Settings) -> None:
        self._opened = opened
        self._settings = settings
        self._numbers: dict[Read, int] = {}
        gc.set_threshold(*SELDOM)
        self._begin()

    def _begin(self) -> None:
        self._workspace = self._opened()
        self._answers = Answers(self._workspace)
        self._examined = 0

    def examine(self, path: str, *, passed_over: bool = False) -> Result:
        """Examine a file, or only its syntax if nothing else of it can matter."""
        result = Result(
            path=path,
            digest="",
            findings=[],
            suppressed=[],
            reads=[],
            answers=[],
            passed_over=passed_over,
            failure=None,
            broken=False,
        )
        try:
            file = read_file(path)
        except FileError as error:
            result["failure"] = error.failure.message
            return result
        result["digest"] = digest(file.data)
        if self._examined >= KEPT_FOR and self._workspace.weight() > HEAVIEST:
            self._begin()
            gc.collect()
        self._examined += 1
        reads: Iterable[Read] = ()
        with _Failures() as failures:
            if passed_over:
                report = glance(file.document)
            else:
                report, reads = examine(file.document, self._workspace, self._settings)
        result["broken"] = failures.any
        _tell(result, report)
        self._rest(result, reads)
        return result

    def _rest(self, result: Result, reads: Iterable[Read]) -> None:
        """Say what a result rests on, in an order that is always the same."""
        for read, answer in self._answers.of(sorted(reads)).items():
            if read not in self._numbers:
                self._numbers[read] = len(self._numbers)
                result["answers"].append((*read, answer))
            result["reads"].append(self._numbers[read])


def _tell(result: Result, report: Report) -> None:
    result["findings"] = [write(each) for each in report.findings]
    result["suppressed"] = [write(each) for each in report.suppressed]


class _Failures(logging.Handler):
    """Notes whether anything went wrong meanwhile."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.any = False

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002  # that it came is all
        self.any = True

    def __enter__(self) -> _Failures:
        logging.getLogger("sessile").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("sessile").removeHandler(self)
