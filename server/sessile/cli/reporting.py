"""Writing the findings of a run, and counting them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.cli.app import CLEAN, FOUND
from sessile.cli.checking import check_files
from sessile.output.formats import format_of
from sessile.output.totals import statistics, statistics_json, summary
from sessile.project.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.cli.checking import Checked
    from sessile.cli.terminal import Terminal
    from sessile.cli.work import Work
    from sessile.project.settings import Settings
    from sessile.rules.finding import Finding, Fix


@dataclass(slots=True)
class Reporter:
    """Writes findings to a terminal while the files are checked. `code` is the exit code that they call for."""

    work: Work
    terminal: Terminal
    findings: list[Finding] = field(default_factory=list)
    code: int = CLEAN
    _settings: dict[str, Settings] = field(default_factory=dict)

    def write(self) -> None:
        """Write each finding as soon as it is found, or else how often each rule spoke."""
        context = self.work.context(self._repair)
        if not self.work.counted:
            self.terminal.write(format_of(self.work.settings.output_format)(self._found(), context))
        elif self.work.for_people:
            self.terminal.write(statistics(list(self._found()), context))
        else:
            self.terminal.say(statistics_json(list(self._found()), context))

    def write_summary(self) -> None:
        """Write the closing words, for people only; that all is well only where all could be checked."""
        silent = self.work.quiet or self.work.counted or not self.work.for_people
        if not silent and (self.findings or not self.terminal.failed):
            self.terminal.say(summary(self.findings))

    def _found(self) -> Iterator[Finding]:
        for outcome in check_files(self.work.found, self.work.projects, self.work.files):
            if isinstance(outcome, Failure):
                self.work.app.terminal.fail(outcome)
            else:
                yield from self._counted(outcome)

    def _counted(self, checked: Checked) -> Iterator[Finding]:
        settings = checked.source.settings
        self._settings[checked.source.path] = settings
        for finding in checked.report.findings:
            self.findings.append(finding)
            if finding.severity.rank <= settings.fail_on.rank:
                self.code = FOUND
            yield finding

    def _repair(self, finding: Finding) -> Fix | None:
        path = finding.location.path
        return self.work.projects.of(self._settings[path]).repair(finding, self.work.files.document(path))
