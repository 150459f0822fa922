"""`sessile config`: which options a configuration may have."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING

from sessile.cli import options
from sessile.cli.app import CLEAN, UsageError
from sessile.output.styled import Styled
from sessile.project.configuration import schema
from sessile.project.kinds import nearest
from sessile.project.settings import options as all_options
from sessile.project.toml import render_toml

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sessile.cli.app import App, Parser
    from sessile.project.settings import Option

DESCRIPTION = "Explains the options of [tool.sessile] in pyproject.toml and of sessile.toml."


def declare(parser: Parser) -> None:
    """Say what the command takes."""
    parser.add_argument("option", nargs="?", metavar="OPTION", help="such as select; without it, all of them")
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="(default: text)")
    parser.add_argument("--schema", action="store_true", help="write the JSON schema of the configuration")
    options.add_color(parser)


def run(arguments: argparse.Namespace, app: App) -> int:
    """Write one option, all options, or their schema."""
    options.use_color(arguments, app)
    known = all_options()
    if arguments.schema:
        app.terminal.say(dumps(schema(), indent=2) + "\n")
        return CLEAN
    if arguments.option:
        known = tuple(each for each in known if each.name == arguments.option)
        if not known:
            guess = nearest(arguments.option, [each.name for each in all_options()])
            raise UsageError(f"`{arguments.option}` is not an option; {guess}")
    if arguments.output_format == "json":
        app.terminal.say(dumps([_record(each) for each in known], indent=2) + "\n")
    else:
        for each in known:
            app.terminal.write(_text(each))
    return CLEAN


def _record(option: Option) -> dict[str, object]:
    return {
        "name": option.name,
        "description": option.description,
        "default": option.default,
        "example": option.example,
        "schema": option.kind.schema(),
    }


def _text(option: Option) -> Iterator[Styled]:
    yield Styled(option.name + "\n", "bold")
    yield Styled(f"    {option.description}\n")
    default = "not set" if option.default is None else render_toml(option.default)
    yield Styled(f"    Default: {default}\n    Example: {option.name} = {option.example}\n\n")
