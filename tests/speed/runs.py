"""Runs over a directory as the command line makes them, in this process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sessile.cli.crew.batch import Batch
from sessile.project.cache.place import cache_file
from sessile.project.discovery import Source, discover
from sessile.project.release import find_release
from sessile.project.resolver import Resolver

if TYPE_CHECKING:
    from sessile.project.failure import Failure
    from sessile.rules.finding import Report


def run(
    root: Path, cache: Path | None = None, jobs: int = 1, *, backwards: bool = False, said: list[str] | None = None
) -> dict[str, Report | Failure]:
    """What a run over a directory says of each file, by its path below that directory. `said` takes what users are told
    on the way, and how much was known."""
    sources = [each for each in discover([str(root)], Resolver(str(root))) if isinstance(each, Source)]
    settings = sources[0].settings
    paths = [each.path for each in sources][:: -1 if backwards else 1]
    place = cache_file(str(cache), settings, find_release(settings.root), None) if cache else None
    note = (said if said is not None else []).append
    reports = list(Batch(settings, paths, None, jobs, place, note, note).reports())
    assert [each.path for each in reports] == paths
    return {Path(each.path).relative_to(root).as_posix(): each for each in reports}
