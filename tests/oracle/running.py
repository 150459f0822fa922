"""Runs and judges many programs, in two processes."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from .comparing import Comparison, compared
from .judging import judged
from .library import PINS, RELEASES, Library, job_of
from .program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CHUNK = 10
_libraries: dict[str, Library] = {}


def examined(key: str, releases: Sequence[str]) -> list[Comparison]:
    """A program on each of the releases that it can run on."""
    program = Program.of(key)
    found = []
    for release in releases:
        if program.runs_on(RELEASES[release]):
            library = _libraries.setdefault(release, Library(release))
            said = judged(program.files, PINS[release])
            found.append(compared(program, release, library.run(job_of(program)), said))
    return found


def _examined_chunk(keys: Sequence[str], releases: Sequence[str]) -> list[Comparison]:
    return [each for key in keys for each in examined(key, releases)]


def close() -> None:
    """End the processes of the libraries."""
    while _libraries:
        _libraries.popitem()[1].close()


def all_examined(programs: Sequence[Program], releases: Sequence[str], workers: int = 2) -> Iterator[list[Comparison]]:
    """The comparisons, a few programs at a time, as they are done; in the order of the programs."""
    keys = [program.key for program in programs]
    chunks = [keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK)]
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_examined_chunk, chunks, [releases] * len(chunks))
