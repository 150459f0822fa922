"""What every command is given, and how it says that it cannot do its job."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from sessile.cli.terminal import Terminal
    from sessile.cli.tools import Tools

CLEAN, FOUND, FAILED, INTERRUPTED, UNREAD = 0, 1, 2, 130, 141


class UsageError(Exception):
    """The command line cannot be followed; the message says what is wrong with it and what to do."""


@dataclass(frozen=True, slots=True)
class App:
    """`directory` is the absolute path that relative paths start from."""

    terminal: Terminal
    tools: Tools
    directory: str


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line, and guesses at nothing."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see `{self.prog} --help`")
