"""Runs and judges many programs, in two processes."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from .comparing import Comparison, compared
from .curing import cured
from .judging import judged
from .library import PINS, RELEASES, Library, job_of
from .program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .judging import Said

CHUNK = 10
_libraries: dict[str, Library] = {}


def examine(program: Program, library: Library, said: list[Said]) -> Comparison:
    """A program on one release; what no usual run shows to be true may be shown by an unusual one."""
    job = job_of(program)
    outcome = library.run(job)
    found = compared(program, library.name, outcome, said)
    if found.false_errors or found.warnings:
        unusual = library.run({**job, "traced": True, "unusual": True}).get("runs", ())
        found = compared(program, library.name, outcome, said, unusual)
    return found


def examined(key: str, releases: Sequence[str], fixes: bool) -> list[Comparison]:
    """A program on each of the releases that it can run on; with `fixes` repaired, too, and run again on the last."""
    program = Program.of(key)
    found = []
    for release in releases:
        if program.runs_on(RELEASES[release]):
            library = _libraries.setdefault(release, Library(release))
            found.append(examine(program, library, judged(program.files, PINS[release])))
    if fixes and found and not found[-1].failed:
        last = found[-1]
        cure = cured(program, last, _libraries[last.release], PINS[last.release], job_of(program))
        found[-1] = replace(last, cure=cure)
    return found


def _examined_chunk(keys: Sequence[str], releases: Sequence[str], fixes: bool) -> list[Comparison]:
    return [each for key in keys for each in examined(key, releases, fixes)]


def close() -> None:
    """End the processes of the libraries."""
    while _libraries:
        _libraries.popitem()[1].close()


def all_examined(
    programs: Sequence[Program], releases: Sequence[str], workers: int = 2, fixes: bool = False
) -> Iterator[list[Comparison]]:
    """The comparisons, a few programs at a time, as they are done; in the order of the programs.

    Whoever wants no more just stops asking.
    """
    keys = [program.key for program in programs]
    chunks = [keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK)]
    pool = ProcessPoolExecutor(workers)
    try:
        yield from pool.map(_examined_chunk, chunks, [releases] * len(chunks), [fixes] * len(chunks))
    finally:
        pool.shutdown(cancel_futures=True)
