"""Options that several commands share, and what they make of the settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sessile.cli.app import UsageError
from sessile.cli.terminal import COLOR_CHOICES, wants_colours
from sessile.project.kinds import Many, Reader
from sessile.project.resolver import Resolver
from sessile.project.selection import SELECTOR
from sessile.project.settings import Overrides
from sessile.rules.finding import Severity

if TYPE_CHECKING:
    import argparse

    from sessile.cli.app import App, Parser

_SELECTIONS = ("select", "ignore", "extend_select")


def add_color(parser: Parser) -> None:
    """`--color`, for commands that write to people."""
    help_ = "when to use colours (default: auto, on a terminal; NO_COLOR and FORCE_COLOR count)"
    parser.add_argument("--color", choices=COLOR_CHOICES, default="auto", help=help_)


def add_configuration(parser: Parser) -> None:
    """Where settings come from."""
    parser.add_argument("--config", metavar="PATH", help="use this configuration for all files")
    parser.add_argument("--isolated", action="store_true", help="read no configuration")


def use_color(arguments: argparse.Namespace, app: App) -> None:
    """Turn colours on or off as asked."""
    app.terminal.colours = wants_colours(arguments.color, app.terminal.out)


def resolver(arguments: argparse.Namespace, app: App, overrides: Overrides | None = None) -> Resolver:
    """What finds the settings of files, under what the command line says.

    Raises:
        UsageError: the command line contradicts itself or names a rule that does not exist.
    """
    if arguments.config and arguments.isolated:
        raise UsageError("`--config` and `--isolated` exclude each other; take one away")
    return Resolver(
        directory=app.directory,
        overrides=overrides or Overrides(),
        explicit=os.path.join(app.directory, arguments.config) if arguments.config else None,
        isolated=arguments.isolated,
        codes=app.tools.known_codes(),
    )


def overrides(arguments: argparse.Namespace, app: App) -> Overrides:
    """What the command line of `check` says of settings.

    Raises:
        UsageError: it names a rule that does not exist.
    """
    reader = Reader(app.tools.known_codes())
    for name in _SELECTIONS:
        Many(SELECTOR).read(getattr(arguments, name) or [], (f"--{name.replace('_', '-')}",), reader)
    if reader.problems:
        raise UsageError(reader.problems[0].message)
    return Overrides(
        **{name: None if getattr(arguments, name) is None else tuple(getattr(arguments, name)) for name in _SELECTIONS},
        fix=arguments.fix,
        unsafe_fixes=arguments.unsafe_fixes,
        fail_on=Severity(arguments.fail_on) if arguments.fail_on else None,
        output_format=arguments.output_format,
    )
