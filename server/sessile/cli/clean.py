"""`sessile clean`: throws away what runs have remembered."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sessile.cli import options
from sessile.cli.app import CLEAN
from sessile.project.cache.file import is_ours
from sessile.project.cache.place import directory_for
from sessile.project.configuration import ConfigurationError
from sessile.project.settings import Settings

if TYPE_CHECKING:
    import argparse

    from sessile.cli.app import App, Parser

DESCRIPTION = "Throws away the cache, of all projects that share it. The next run checks everything anew."


def declare(parser: Parser) -> None:
    """Say what the command takes."""
    parser.add_argument("--cache-dir", metavar="PATH", help="where the cache is (default: as for `check`)")
    options.add_configuration(parser)


def run(arguments: argparse.Namespace, app: App) -> int:
    """Delete the files that are caches, and the directory if nothing is left in it."""
    try:
        settings = options.resolver(arguments, app).settings_for(app.directory)
    except ConfigurationError:
        settings = Settings(root=app.directory)
    directory = directory_for(arguments.cache_dir, app.directory, settings)
    names = [name for name in _listed(directory) if is_ours(name)]
    for name in names:
        os.unlink(os.path.join(directory or "", name))
    if directory and names and not _listed(directory):
        os.rmdir(directory)
    app.terminal.note(f"Removed {len(names)} file{'' if len(names) == 1 else 's'} from {directory}.")
    return CLEAN


def _listed(directory: str | None) -> list[str]:
    try:
        return sorted(os.listdir(directory)) if directory else []
    except (FileNotFoundError, NotADirectoryError):
        return []
