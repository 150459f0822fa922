"""`sessile explain`: what is known of the values at a place, such as the state of an object there and how it came."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from sessile.cli import options
from sessile.cli.app import CLEAN, UsageError
from sessile.cli.files import FileError, Files
from sessile.cli.log import listening
from sessile.project.configuration import ConfigurationError
from sessile.project.discovery import failures

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sessile.cli.app import App, Parser
    from sessile.text import Document, Position

_PLACE = re.compile(r"(?P<path>.+?):(?P<line>[0-9]+)(?::(?P<column>[0-9]+))?\Z", re.DOTALL)
_NAME = re.compile(r"[^\W\d]\w*")

DESCRIPTION = "Says what is known of the value at a place: which session it belongs to, and in which state it is."


def declare(parser: Parser) -> None:
    """Say what the command takes."""
    place = "line and column from 1; without a column, every value of the line"
    parser.add_argument("place", metavar="FILE:LINE[:COL]", help=place)
    options.add_configuration(parser)
    options.add_color(parser)


def run(arguments: argparse.Namespace, app: App) -> int:
    """Write what is known at the place."""
    options.use_color(arguments, app)
    match = _PLACE.match(arguments.place)
    if match is None:
        raise UsageError(f"`{arguments.place}` is no place; write it as FILE:LINE or FILE:LINE:COL")
    path = os.path.abspath(os.path.join(app.directory, match["path"]))
    try:
        settings = options.resolver(arguments, app).settings_for(os.path.dirname(path))
        document = Files().document(path)
    except FileError as error:
        app.terminal.fail(error.failure)
        return CLEAN
    except ConfigurationError as error:
        for failure in failures(error):
            app.terminal.fail(failure)
        return CLEAN
    project = app.tools.open_project(settings, [path])
    positions = list(_positions(document, int(match["line"]), match["column"]))
    with listening(app.terminal):
        found = dict.fromkeys(text for each in positions if (text := project.explain(document, each)))
    if found:
        app.terminal.say("\n\n".join(found) + "\n")
        return CLEAN
    outside = dict.fromkeys(text for each in positions if (text := project.elsewhere(document, each)))
    app.terminal.say("\n".join(("Nothing is known of a value there.", *(f"{each}." for each in outside))) + "\n")
    return CLEAN


def _positions(document: Document, line: int, column: str | None) -> Iterator[Position]:
    """The place that was asked for, or the start of each name in its line."""
    if not 1 <= line <= document.lines.count:
        raise UsageError(f"line {line} is not in the file, which has {document.lines.count}; name one that is")
    if column is not None:
        yield document.lines.from_column(line, max(int(column), 1) - 1, "utf-32")
        return
    for match in _NAME.finditer(document.lines.line(line)):
        yield document.lines.from_column(line, match.start(), "utf-32")
