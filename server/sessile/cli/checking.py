"""Analysing files one after the other: reports come in the order of the files, whatever else goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.cli.files import FileError
from sessile.project.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sessile.cli.files import Files
    from sessile.cli.tools import Economy, Project, Tools
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
    economy: Economy | None = None
    _open: dict[int, Project] = field(default_factory=dict)

    def of(self, settings: Settings) -> Project:
        key = id(settings)
        if key not in self._open:
            self._open[key] = self.tools.open_project(settings, self._paths(settings))
        return self._open[key]

    def reports(self, settings: Settings) -> Iterator[Report | Failure] | None:
        """A report for each of the files that share settings, in order; None if they are to be asked for one by one."""
        if self.tools.check is None or self.economy is None:
            return None
        return self.tools.check(settings, self._paths(settings), self.economy)

    def _paths(self, settings: Settings) -> list[str]:
        return [source.path for source in self.sources if source.settings is settings]


def check_files(sources: Iterable[Source | Failure], projects: Projects, files: Files) -> Iterator[Checked | Failure]:
    """A report for each file, or why there is none, in order."""
    coming: dict[int, Iterator[Report | Failure] | None] = {}
    for source in sources:
        if isinstance(source, Failure):
            yield source
            continue
        key = id(source.settings)
        if key not in coming:
            coming[key] = None if files.given or files.pending() else projects.reports(source.settings)
        reports = coming[key]
        found = next(reports) if reports is not None else _analyzed(source, projects, files)
        yield found if isinstance(found, Failure) else Checked(source, found)
    for left in coming.values():
        for _ in left or ():  # what is done after the last report
            raise AssertionError("more reports than files")


def _analyzed(source: Source, projects: Projects, files: Files) -> Report | Failure:
    try:
        document = files.document(source.path)
    except FileError as error:
        return error.failure
    return projects.of(source.settings).analyze(document)
