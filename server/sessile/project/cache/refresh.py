"""Bringing a memory up to date with the disk: what changed since is found by size and mtime, and by content where these
differ; then whatever depended on it is forgotten."""

from __future__ import annotations

import os
from hashlib import blake2b
from typing import TYPE_CHECKING

from sessile.project.cache.memory import NO_STAMP, Known
from sessile.project.layout import INIT, python_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sessile.project.cache.memory import Memory, Stamp
    from sessile.project.cache.sight import Sight

#: Nanoseconds within which a file may change again without its mtime telling so.
RACE = 100_000_000


def refresh(memory: Memory, root: str, sight: Callable[[], Sight]) -> bool:
    """Forget what no longer holds below a project's root; whether the memory is another than before. `sight` looks into
    files, if that is needed."""
    known, before = dict(memory.files), memory.layout
    changed = {path for path, each in known.items() if _is_changed(memory, path, each)}
    memory.layout = python_files(root)
    moved = set(before).symmetric_difference(memory.layout)
    if memory.verdicts and (changed or moved):
        _forget(memory, changed, moved, sight)
    return known != memory.files or before != memory.layout


def _forget(memory: Memory, changed: set[str], moved: set[str], sight: Callable[[], Sight]) -> None:
    memory.complete()
    if any(path.endswith(INIT) for path in moved):
        memory.clear()
        return
    seen = sight()
    if moved:
        memory.moved(seen.importers(memory, moved))
    memory.changed(changed | moved, seen.answer, seen.lead)


def stamp_of(path: str) -> Stamp:
    """Size and mtime of a file, NO_STAMP if it is not there."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return NO_STAMP
    return status.st_size, status.st_mtime_ns


def stamps_of(paths: Iterable[str]) -> dict[str, Stamp]:
    """The stamps of files, to be compared with those that they have after they were read."""
    return {path: stamp_of(path) for path in paths}


def settle(memory: Memory, before: dict[str, Stamp], digests: dict[str, str], started: int) -> None:
    """Take in which files the new verdicts are of and have read. `before` are the stamps from before anything was read,
    `digests` those of what was analysed, `started` the time of the start in nanoseconds.

    Of what changed meanwhile nobody knows which text was read, so it counts as changed in the next run."""
    places = {where for verdict in memory.verdicts.values() for where, _ in verdict.reads}
    read = {where for where in places if os.path.isabs(where)}
    for path in sorted(read | digests.keys() | memory.leads.keys()):
        if path in memory.files and path not in digests and stamp_of(path) == memory.files[path].stamp:
            continue
        stamp = stamp_of(path)
        steady = stamp == before[path] if path in before else stamp[1] < started
        digest = digests.get(path) or digest_of(path)
        if not steady or digest is None:
            memory.files[path] = Known(NO_STAMP, "")
        else:
            memory.files[path] = Known(stamp if stamp[1] < started - RACE else NO_STAMP, digest)


def digest_of(path: str) -> str | None:
    """The digest of a file's bytes, None if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return digest(file.read())
    except (OSError, ValueError):
        return None


def digest(data: bytes) -> str:
    """The digest by which a file's content is known."""
    return blake2b(data, digest_size=16).hexdigest()


def _is_changed(memory: Memory, path: str, known: Known) -> bool:
    stamp = stamp_of(path)
    if stamp == known.stamp and stamp != NO_STAMP:
        return False
    found = digest_of(path)
    if found is None:
        del memory.files[path]
        return True
    memory.files[path] = Known(stamp, found)
    return found != known.digest
