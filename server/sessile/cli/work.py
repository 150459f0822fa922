"""One run of `check` over files: what its steps share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessile.output.context import Context
from sessile.output.formats import FOR_PEOPLE
from sessile.project.discovery import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sessile.cli.app import App
    from sessile.cli.checking import Projects
    from sessile.cli.files import Files
    from sessile.project.failure import Failure
    from sessile.project.settings import Settings
    from sessile.rules.finding import Finding, Fix


@dataclass(frozen=True, slots=True)
class Input:
    """What was read from standard input: the path that stands for it, and its bytes."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Work:
    """`settings` are those of the run as a whole; each source has its own for what is checked and how strictly.
    `counted` asks for statistics in place of findings."""

    app: App
    settings: Settings
    files: Files
    found: Sequence[Source | Failure]
    projects: Projects
    stdin: Input | None = None
    quiet: bool = False
    verbose: bool = False
    counted: bool = False

    @property
    def sources(self) -> list[Source]:
        """What is to be checked."""
        return [each for each in self.found if isinstance(each, Source)]

    @property
    def for_people(self) -> bool:
        """Whether findings are written for people rather than for programs."""
        return self.settings.output_format in FOR_PEOPLE

    def context(self, fix: Callable[[Finding], Fix | None]) -> Context:
        """What formats may ask for."""
        return Context(self.app.directory, self.files.find, self.app.tools.page_of, fix, self.settings.unsafe_fixes)

    def log(self, text: str) -> None:
        """Say what is done, to those who want to know."""
        if self.verbose:
            self.app.terminal.note(text)
