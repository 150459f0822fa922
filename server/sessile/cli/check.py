"""`sessile check`: what it takes, which files it means, and what is done with them."""

from __future__ import annotations

import argparse
import os
import sys
from time import perf_counter
from typing import TYPE_CHECKING

from sessile.cli import options
from sessile.cli.app import CLEAN, UsageError
from sessile.cli.checking import Projects
from sessile.cli.files import FileError, Files
from sessile.cli.log import listening
from sessile.cli.reporting import Reporter
from sessile.cli.show import show_files, show_settings
from sessile.cli.tools import Economy
from sessile.cli.work import Input, Work
from sessile.project.configuration import ConfigurationError
from sessile.project.discovery import Source, discover, excluded, failures
from sessile.project.settings import FORMATS, Settings
from sessile.rules.finding import Severity

if TYPE_CHECKING:
    from sessile.cli.app import App, Parser
    from sessile.project.failure import Failure
    from sessile.project.resolver import Resolver

_STDIN = "-"
_NO_CACHE = "read and write no cache"
_CACHE_DIR = "where the cache is (default: the user's directory for caches, or SESSILE_CACHE_DIR)"
_JOBS = "how many processes work at once (default: one for each processor)"
_SCAN_ALL = "check the whole project that the current directory is in, whatever paths are given"

DESCRIPTION = "Finds session bugs in Python files. Exits with 1 if there are any, with 2 if it could not look."


def declare(parser: Parser) -> None:
    """Say what the command takes."""
    add_argument = parser.add_argument
    add_argument("paths", nargs="*", default=[], metavar="PATH", help="files and directories, or - (default: .)")
    on_off = argparse.BooleanOptionalAction
    add_argument("--fix", action=on_off, default=None, help="apply safe fixes")
    add_argument("--unsafe-fixes", action=on_off, default=None, help="let fixes that need your eye be applied too")
    add_argument("--diff", action="store_true", help="show what --fix would change, change nothing; exits with 1 if so")
    for name, what in (("select", "only these"), ("ignore", "not these"), ("extend-select", "these too")):
        help_ = f"rules: {what} (codes, families such as SCOPE, ALL; separated by commas)"
        add_argument(f"--{name}", action="extend", type=_selectors, metavar="RULE", help=help_)
    severities = [each.value for each in Severity]
    add_argument("--fail-on", choices=severities, help="the least severity that exits with 1 (default: warning)")
    add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are findings")
    add_argument("--output-format", choices=FORMATS, help="how findings are written (default: full)")
    add_argument("--statistics", action="store_true", help="count findings by rule instead of showing them")
    add_argument("--stdin-filename", metavar="PATH", help="the name of what is read from -")
    add_argument("--force-exclude", action="store_true", help="leave out excluded files even if they are named")
    add_argument("--scan-all", action="store_true", help=_SCAN_ALL)
    add_argument("--show-files", action="store_true", help="list the files that would be checked")
    add_argument("--show-settings", action="store_true", help="show the settings of the first file")
    options.add_configuration(parser)
    add_argument("--no-cache", action="store_true", help=_NO_CACHE)
    add_argument("--cache-dir", metavar="PATH", help=_CACHE_DIR)
    add_argument("-j", "--jobs", type=_jobs, metavar="N", help=_JOBS)
    add_argument("-q", "--quiet", action="store_true", help="write findings only")
    add_argument("-v", "--verbose", action="store_true", help="say what is done, on standard error")
    options.add_color(parser)


def run(arguments: argparse.Namespace, app: App) -> int:
    """Check, fix, or show what would be checked."""
    options.use_color(arguments, app)
    resolver = options.resolver(arguments, app, options.overrides(arguments, app))
    settings = _settings(resolver, app)
    files = Files()
    stdin = _input(arguments, app) if _STDIN in arguments.paths else None
    found = _input_source(stdin, arguments, resolver, files) if stdin else _found(arguments, app, resolver)
    sources = [each for each in found if isinstance(each, Source)]
    if arguments.show_settings:
        first = sources[0] if sources else None
        return show_settings(first.settings if first else settings, first.path if first else None, app)
    if arguments.show_files:
        return show_files(found, app)
    flags = {"quiet": arguments.quiet, "verbose": arguments.verbose, "counted": arguments.statistics}
    projects = Projects(app.tools, sources, _economy(arguments, app, settings))
    work = Work(app, settings, files, found, projects, stdin, **flags)
    with listening(app.terminal, verbose=arguments.verbose):
        if not arguments.diff and not settings.fix:
            code = _check(work)
        else:
            from sessile.cli import repairing

            code = repairing.show(work) if arguments.diff else repairing.fix(work)
    return CLEAN if arguments.exit_zero and not arguments.diff else code


def _check(work: Work) -> int:
    started = perf_counter()
    reporter = Reporter(work, work.app.terminal)
    reporter.write()
    reporter.write_summary()
    work.log(f"checked {len(work.sources)} files in {perf_counter() - started:.2f} s")
    return reporter.code


def _settings(resolver: Resolver, app: App) -> Settings:
    """The settings of the run as a whole; where the configuration is broken, the defaults, and it is said."""
    try:
        return resolver.settings_for(app.directory)
    except ConfigurationError as error:
        for failure in failures(error):
            app.terminal.fail(failure)
        return Settings(root=app.directory).overridden(resolver.overrides)


def _found(arguments: argparse.Namespace, app: App, resolver: Resolver) -> list[Source | Failure]:
    """The files to check."""
    if arguments.stdin_filename:
        raise UsageError("`--stdin-filename` names what `-` reads; add `-`")
    paths = [os.path.join(app.directory, path) for path in arguments.paths or ["."]]
    if arguments.scan_all:
        paths = [_settings(resolver, app).root]
    found = list(discover(paths, resolver, force_exclude=arguments.force_exclude))
    if not found and not arguments.quiet:
        app.terminal.note(f"warning: no Python files in {', '.join(arguments.paths) or '.'}; nothing was checked")
    return found


def _input(arguments: argparse.Namespace, app: App) -> Input:
    """What stands on standard input."""
    if len(arguments.paths) > 1 or arguments.scan_all:
        raise UsageError("`-` is checked alone; take the other paths away")
    path = os.path.abspath(os.path.join(app.directory, arguments.stdin_filename or "<stdin>"))
    return Input(path, sys.stdin.buffer.read() if sys.stdin else b"")


def _input_source(
    stdin: Input, arguments: argparse.Namespace, resolver: Resolver, files: Files
) -> list[Source | Failure]:
    """Standard input as the file that it stands for; nothing if that is left out."""
    try:
        files.give(stdin.path, stdin.data)
        settings = resolver.settings_for(os.path.dirname(stdin.path))
        left_out = arguments.force_exclude and excluded(stdin.path, resolver)
        return [] if left_out else [Source(stdin.path, settings)]
    except FileError as error:
        return [error.failure]
    except ConfigurationError as error:
        return list(failures(error))


def _economy(arguments: argparse.Namespace, app: App, settings: Settings) -> Economy:
    """How much time the run may save."""
    from sessile.project.cache.place import directory_for

    cache = None if arguments.no_cache else directory_for(arguments.cache_dir, app.directory, settings)
    note = (lambda _: None) if arguments.quiet else app.terminal.note
    log = app.terminal.note if arguments.verbose else (lambda _: None)
    return Economy(arguments.jobs or processors(), cache, note, log)


def processors() -> int:
    """How many processors this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of processes; give 1 or more")
    return int(text)


def _selectors(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]
