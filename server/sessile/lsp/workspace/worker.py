"""The process that checks the workspace. It is asked with one line of JSON (the folders and their options) and answers
with a line for each file whose findings are not what it last told; a line without a path says that it is done.

It keeps what it knows between two questions, so the next answer costs only what changed on the disk.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TypedDict

from sessile.lsp.isolation import leave_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.project.records import FindingRecord
    from sessile.text import Document

Stamp = tuple[int, int]


class FileRecord(TypedDict):
    """What changed of a file, and how far the worker has come; `path` empty tells only that."""

    path: str
    findings: list[FindingRecord]
    done: int
    total: int


def main() -> int:
    """Answer until nobody asks any more."""
    leave_workspace()
    with suppress(AttributeError, OSError):
        os.nice(10)
    from sessile.lsp.wire.streams import stdio

    streams = stdio()
    checker = Checker()
    for line in streams.reader:
        for record in checker.answers(json.loads(line)):
            streams.writer.write(json.dumps(record).encode() + b"\n")
            streams.writer.flush()
    return 0


class Checker:
    """What the worker knows: every file's text and what it told of it."""

    def __init__(self) -> None:
        from sessile.lsp.analysis import Analysis

        self._analysis = Analysis()
        self._documents: dict[str, Document] = {}
        self._stamps: dict[str, Stamp] = {}
        self._told: dict[str, list[FindingRecord]] = {}

    def answers(self, folders: dict[str, object]) -> Iterator[FileRecord]:
        """The files that changed, one after the other, and the end."""
        from sessile.lsp.options import read_options

        self._analysis.configure({path: read_options(each) for path, each in folders.items()})
        paths = self._analysis.files()
        changed = self._reread(paths)
        self._analysis.settle(self._documents, changed)
        for number, path in enumerate(paths, 1):
            records = self._check(path)
            if records != self._told.get(path, []) or number % 25 == 0:
                yield {"path": path, "findings": records, "done": number, "total": len(paths)}
            self._told[path] = records
        for path in [path for path in self._told if path not in self._documents]:
            del self._told[path]
            yield {"path": path, "findings": [], "done": len(paths), "total": len(paths)}
        yield {"path": "", "findings": [], "done": len(paths), "total": len(paths)}

    def _check(self, path: str) -> list[FindingRecord]:
        from sessile.project.records import write

        document = self._documents.get(path)
        return [write(each) for each in self._analysis.analyze(document).findings] if document else []

    def _reread(self, paths: list[str]) -> list[str]:
        """Read what changed on the disk; the paths that did, those that are gone included."""
        stamps = {path: stamp for path in paths if (stamp := _stamp(path))}
        changed = [path for path, stamp in stamps.items() if self._stamps.get(path) != stamp]
        gone = [path for path in self._stamps if path not in stamps]
        for path in gone:
            self._documents.pop(path, None)
        for path in changed:
            document = self._analysis.read(path)
            if document is not None:
                self._documents[path] = document
        self._stamps = stamps
        return [*changed, *gone]


def _stamp(path: str) -> Stamp | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


if __name__ == "__main__":
    sys.exit(main())
