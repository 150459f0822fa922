"""A memory on the disk: one file for each project and configuration, replaced as a whole or not at all.

It has three lines: a header with a digest of the rest, what every run needs, and what only a run needs that finds
something changed. Two runs at once each leave a whole file, and that of the later one stays. What cannot be read as it
was written is thrown away.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sessile.project.cache.memory import Known, Memory, Verdict

if TYPE_CHECKING:
    from sessile.flow.revisions import Read

FORMAT = 1
SUFFIX = ".json"
_NAME = re.compile(r"[0-9a-f]{20}-[0-9a-f]{20}\.json|tmp\w+\.sessile")
#: Files of one project, under other configurations or of other versions, that are kept beside the newest.
KEPT = 3


class Damaged(Exception):
    """A cache is not as it was written."""


@dataclass(frozen=True, slots=True)
class CacheFile:
    """`project` and `key` are digests: of what is checked, and of all that a verdict depends on besides texts."""

    directory: str
    project: str
    key: str

    @property
    def path(self) -> str:
        return os.path.join(self.directory, f"{self.project}-{self.key}{SUFFIX}")

    def load(self) -> Memory | None:
        """What was saved; None if nothing was.

        Raises:
            Damaged: it cannot be read, or is not what was written; it is gone now, if that was possible.
        """
        try:
            with open(self.path, "rb") as file:
                data = file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Damaged(error.strerror or str(error)) from error
        try:
            return _memory(data)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
            with suppress(OSError):
                os.unlink(self.path)
            raise Damaged(f"{type(error).__name__}: {error}") from error

    def save(self, memory: Memory) -> None:
        """Put a memory in place of what was saved.

        Raises:
            OSError: that is not possible.
        """
        os.makedirs(self.directory, exist_ok=True)
        handle, name = tempfile.mkstemp(suffix=".sessile", dir=self.directory)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_data(memory))
            os.replace(name, self.path)
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise
        self._thin()

    def _thin(self) -> None:
        """Leave the newest files of the project."""
        with suppress(OSError):
            mine = [each for each in os.scandir(self.directory) if each.name.startswith(f"{self.project}-")]
            mine.sort(key=lambda each: each.stat().st_mtime_ns, reverse=True)
            for each in mine[KEPT + 1 :]:
                os.unlink(each.path)


def is_ours(name: str) -> bool:
    """Whether a file of this name is a cache, or was to become one when a run was killed."""
    return _NAME.fullmatch(name) is not None


def _data(memory: Memory) -> bytes:
    numbers = {read: number for number, read in enumerate(memory.answers)}
    verdicts = {path: [each.findings, each.suppressed, int(each.passed_over)] for path, each in memory.verdicts.items()}
    reads = {path: [numbers[read] for read in each.reads] for path, each in memory.verdicts.items()}
    parts: list[Any] = [
        [memory.layout, {path: [*known.stamp, known.digest] for path, known in memory.files.items()}, verdicts],
        [[[*read, held] for read, held in memory.answers.items()], reads, memory.leads],
    ]
    body = b"\n".join(json.dumps(each, separators=(",", ":")).encode("ascii") for each in parts)
    return json.dumps({"sessile": FORMAT, "digest": _digest(body)}).encode("ascii") + b"\n" + body


def _memory(data: bytes) -> Memory:
    head, _, body = data.partition(b"\n")
    header = json.loads(head)
    if header["sessile"] != FORMAT or header["digest"] != _digest(body):
        raise ValueError("its digest is another")
    first, _, second = body.partition(b"\n")
    layout, files, verdicts = json.loads(first)
    return Memory(
        layout,
        {path: Known((size, time), digest) for path, (size, time, digest) in files.items()},
        verdicts={
            path: Verdict(findings, suppressed, [], bool(passed_over))
            for path, (findings, suppressed, passed_over) in verdicts.items()
        },
        rest=partial(_complete, second),
    )


def _complete(line: bytes, memory: Memory) -> None:
    """Fill in what only a run needs that finds something changed."""
    answers, numbers, leads = json.loads(line)
    reads: list[Read] = [(where, name) for where, name, _ in answers]
    memory.answers = {(where, name): held for where, name, held in answers}
    memory.leads = leads
    for path, verdict in memory.verdicts.items():
        verdict.reads = [reads[each] for each in numbers[path]]


def _digest(body: bytes) -> str:
    return blake2b(body, digest_size=16).hexdigest()
