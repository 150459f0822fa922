"""Analysing files one after the other: reports come in the order of the files, whatever else goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.cli.files import FileError
from sessile.project.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sessile.cli.files import Files
    from sessile.cli.tools import Project, Tools
    from sessile.project.discovery import Source
    from sessile.project.settings import Settings
    from sessile.rules.finding import Report


@dataclass(frozen=True, slots=True)
class Checked:
    """A file and what is to be said of it."""

    source: Source
    report: Report


@dataclass(slots=True)
class Projects:
    """One project for each configuration, opened when one of its files is asked for."""

    tools: Tools
    sources: Sequence[Source]
    _open: dict[int, Project] = field(default_factory=dict)

    def of(self, settings: Settings) -> Project:
        key = id(settings)
        if key not in self._open:
            paths = [source.path for source in self.sources if source.settings is settings]
            self._open[key] = self.tools.open_project(settings, paths)
        return self._open[key]


def check_files(sources: Iterable[Source | Failure], projects: Projects, files: Files) -> Iterator[Checked | Failure]:
    """A report for each file, or why there is none, in order."""
    for source in sources:
        if isinstance(source, Failure):
            yield source
            continue
        try:
            document = files.document(source.path)
        except FileError as error:
            yield error.failure
            continue
        yield Checked(source, projects.of(source.settings).analyze(document))
