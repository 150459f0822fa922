"""The entry point: finds the command, runs it, and turns whatever happens into an exit code.

0: nothing to say. 1: findings. 2: it could not do its job. 130: interrupted. 141: nobody reads the output any more.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from sessile import __version__
from sessile.cli.app import CLEAN, FAILED, INTERRUPTED, UNREAD, App, Parser, UsageError
from sessile.cli.terminal import open_terminal
from sessile.project.failure import reason
from sessile.project.kinds import nearest

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from sessile.cli.terminal import Terminal
    from sessile.cli.tools import Tools

_COMMANDS = {
    "check": "find session bugs in files, and fix them",
    "rule": "explain a rule, or list all",
    "explain": "say what is known of the value at a place",
    "config": "explain the options of a configuration",
    "helpers": "write the helpers that fixes call",
    "clean": "throw away what runs have remembered",
    "server": "start the language server",
}
_HELP = """\
Finds, explains and repairs SQLAlchemy and SQLModel session bugs.

usage: sessile COMMAND [OPTIONS]
       sessile COMMAND --help
       sessile --version

commands:
"""


def main(argv: Sequence[str] | None = None, tools: Tools | None = None) -> int:
    """Run a command line (that of the process by default) and return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    terminal = open_terminal()
    try:
        code = _run(words, terminal, tools)
        terminal.out.flush()
        return FAILED if terminal.failed else code
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else CLEAN
    except KeyboardInterrupt:
        terminal.note("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _let_go()
        return UNREAD
    except Exception as error:  # the last resort: one line for the user instead of a traceback
        _let_go()
        terminal.refuse(_complaint(error))
        if not isinstance(error, (UsageError, OSError)) and {"-v", "--verbose"} & set(words):
            raise
        return FAILED


def _run(words: Sequence[str], terminal: Terminal, tools: Tools | None) -> int:
    name = words[0] if words else None
    if name in ("-V", "--version"):
        terminal.say(f"sessile {__version__}\n")
        return CLEAN
    if name in (None, "-h", "--help", "help"):
        terminal.say(_HELP + "".join(f"  {each:<10}{what}\n" for each, what in _COMMANDS.items()))
        return CLEAN if name else FAILED
    if name not in _COMMANDS:
        raise UsageError(_no_command(name))
    command = import_module(f"sessile.cli.{name}")
    parser = Parser(prog=f"sessile {name}", description=command.DESCRIPTION, allow_abbrev=False)
    command.declare(parser)
    arguments, rest = parser.parse_known_args(words[1:])
    _take(arguments, rest, parser)
    if tools is None:
        from sessile.cli.real import real_tools

        tools = real_tools()
    code: int = command.run(arguments, App(terminal, tools, terminal.directory))
    return code


def _no_command(word: str) -> str:
    if word.startswith("-") or os.path.exists(word):
        return f"`{word}` stands where a command should; did you mean `sessile check {word}`?"
    return f"`{word}` is not a command; {nearest(word, _COMMANDS)}"


def _take(arguments: argparse.Namespace, rest: Sequence[str], parser: Parser) -> None:
    """Take what argparse leaves over: paths that stand after options. Anything else is a mistake."""
    for word in rest:
        if word.startswith("-") and word != "-":
            raise UsageError(f"`{word}` is not an option of `{parser.prog}`; {_guess(word, parser)}")
        if not hasattr(arguments, "paths"):
            raise UsageError(f"`{word}` is one argument too many; see `{parser.prog} --help`")
        arguments.paths = [*arguments.paths, word]


def _guess(option: str, parser: Parser) -> str:
    from difflib import get_close_matches

    known = re.findall(r"--[a-z][a-z-]*", parser.format_help())
    close = get_close_matches(option.partition("=")[0], known, n=1)
    return f"did you mean `{close[0]}`?" if close else f"see `{parser.prog} --help`"


def _complaint(error: Exception) -> str:
    if isinstance(error, UsageError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {reason(error)}" if error.filename else f"cannot write: {reason(error)}"
    return f"internal error: {type(error).__name__}: {error}; run again with --verbose and report what it says"


def _let_go() -> None:
    """Keep the interpreter from writing what is left to a stream that takes no more, and from failing at it."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
