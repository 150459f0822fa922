"""`sessile helpers`: the run-time helpers that fixes call, as a module of the user's own project."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sessile.cli.app import CLEAN, UsageError
from sessile.cli.files import Change
from sessile.cli.writing import WriteError, write_all

if TYPE_CHECKING:
    import argparse

    from sessile.cli.app import App, Parser

_NAME = "session_helpers.py"

DESCRIPTION = "Writes the helpers that fixes call, such as model_to_dict, as a module of your own."


def declare(parser: Parser) -> None:
    """Say what the command takes."""
    parser.add_argument("--write", metavar="PATH", help="the module to write, or its directory; without it, show it")
    parser.add_argument("--force", action="store_true", help="overwrite a file that says something else")


def run(arguments: argparse.Namespace, app: App) -> int:
    """Write the module, or show it."""
    data = _source()
    if arguments.write is None:
        app.terminal.say_bytes(data)
        return CLEAN
    path = os.path.abspath(os.path.join(app.directory, arguments.write))
    if os.path.isdir(path):
        path = os.path.join(path, _NAME)
    before = _read(path)
    if before == data:
        app.terminal.say(f"{app.terminal.shown(path)} is up to date.\n")
        return CLEAN
    if before is not None and not arguments.force:
        raise UsageError(f"{app.terminal.shown(path)} exists and differs; --force overwrites it")
    try:
        write_all([Change(path, before, data)])
    except WriteError as error:
        app.terminal.fail(error.failure)
        return CLEAN
    app.terminal.say(f"Wrote {app.terminal.shown(path)}.\n")
    return CLEAN


def _source() -> bytes:
    from importlib.resources import files

    return (files("sessile") / "helpers" / _NAME).read_bytes()


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
