"""`--fix` and `--diff`: fixes applied to the files of a run, or only shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sessile.cli.app import CLEAN, FOUND
from sessile.cli.checking import check_files
from sessile.cli.files import FileError
from sessile.cli.fixing import Fixer, wanted
from sessile.cli.reporting import Reporter
from sessile.cli.writing import WriteError, write_all
from sessile.output.visible import visible
from sessile.project.failure import Failure
from sessile.text import Document

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessile.cli.work import Work
    from sessile.project.discovery import Source

_MOST_PASSES = 5


def fix(work: Work) -> int:
    """Fix the files, then write what findings are left; the exit code that these call for."""
    if work.stdin:
        return _fix_input(work)
    applied = _passes(work, _fix_file)
    reporter = Reporter(work, work.app.terminal)
    reporter.write()
    _close(applied, reporter)
    return reporter.code


def _passes(work: Work, mend: Callable[[Source, Work], int]) -> int:
    """Mend file by file, until no file's fixes bring up what another one can mend; how many fixes were applied."""
    applied = 0
    for _ in range(_MOST_PASSES):
        done = sum(mend(source, work) for source in _fixable(work))
        applied += done
        if not done:
            break
    return applied


def _fixable(work: Work) -> list[Source]:
    """The files in which there is something to fix."""
    found: list[Source] = []
    for each in check_files(work.found, work.projects, work.files):
        if isinstance(each, Failure):
            work.app.terminal.fail(each)
        elif any(wanted(finding, each.source.settings) for finding in each.report.findings):
            found.append(each.source)
    return found


def show(work: Work) -> int:
    """Write what `fix` would change, and change nothing; the exit code says whether there is anything."""
    from sessile.cli.diff import diff

    applied = _passes(work, _apply)
    changed = work.files.differences()
    for path, before, after in changed:
        work.app.terminal.write(diff(visible(work.app.terminal.shown(path)), before, after))
    if not work.quiet:
        work.app.terminal.note(f"Would fix {applied} in {len(changed)} file{'' if len(changed) == 1 else 's'}.")
    return FOUND if changed else CLEAN


def _fix_input(work: Work) -> int:
    """Write the fixed text where it would be piped on, and the findings that are left beside it."""
    terminal = work.app.terminal
    applied = sum(_apply(source, work) for source in work.sources)
    changed = {change.path: change.after for change in work.files.changes()}
    assert work.stdin
    terminal.say_bytes(changed.get(work.stdin.path, work.stdin.data))
    reporter = Reporter(work, replace(terminal, out=terminal.err, colours=False))
    reporter.write()
    _close(applied, reporter)
    return reporter.code


def _fix_file(source: Source, work: Work) -> int:
    """Fix one file, and write it together with those that its fixes touch; how many fixes were applied."""
    applied = _apply(source, work)
    try:
        write_all(work.files.changes())
        work.files.forget()
    except WriteError as error:
        work.app.terminal.fail(error.failure)
        _take_back(source, work)
        return 0
    work.log(f"{work.app.terminal.shown(source.path)}: fixed {applied}")
    return applied


def _apply(source: Source, work: Work) -> int:
    project = work.projects.of(source.settings)
    alone = work.stdin is not None
    try:
        return Fixer(source.path, source.settings, project, work.files, alone=alone).run()
    except FileError as error:
        work.app.terminal.fail(error.failure)
        return 0


def _take_back(source: Source, work: Work) -> None:
    """Forget changes that could not be written, and analyse the files as they are on disk again."""
    changed = list(work.files.pending())
    work.files.forget()
    for path in changed:
        work.projects.of(source.settings).changed(work.files.find(path) or Document(path, ""))


def _close(applied: int, reporter: Reporter) -> None:
    if reporter.work.quiet:
        return
    closing = f"Fixed {applied}, {len(reporter.findings)} remaining."
    if reporter.work.for_people:
        reporter.terminal.say(closing + "\n")
    else:
        reporter.terminal.note(closing)
