"""What commands need of the engine and of the rules; each is loaded when it is asked for.

Commands get these handed in, so that they can be run with any engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sessile.project.failure import Failure
    from sessile.project.settings import Settings
    from sessile.rules.finding import Applicability, Finding, Fix, Report, Severity
    from sessile.text import Document, Position


class Rule(Protocol):
    """What is known of a rule without running it."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def fix(self) -> Applicability | None: ...
    @property
    def default(self) -> bool: ...
    @property
    def documentation(self) -> str: ...
    @property
    def url(self) -> str: ...


class Project(Protocol):
    """The engine over the files that share settings."""

    def analyze(self, document: Document) -> Report:
        """What is to be said of a file."""

    def repair(self, finding: Finding, document: Document) -> Fix | None:
        """The verified fix of a finding in a document; None where there is none after all."""

    def explain(self, document: Document, position: Position) -> str | None:
        """What is known of the value at a position, as Markdown; None where there is no value."""

    def elsewhere(self, document: Document, position: Position) -> str | None:
        """Where in an installed package the name at a position is defined; None if it is not, or nobody knows."""

    def changed(self, document: Document) -> None:
        """Take a file's new text for what others import from it."""


@dataclass(frozen=True, slots=True)
class Economy:
    """How a run may save time: `jobs` processes at once, and a cache below the directory `cache`, None for none.

    `note` takes what users must know on the way, `log` what they may want to."""

    jobs: int
    cache: str | None
    note: Callable[[str], None]
    log: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Tools:
    """`open_project` is given settings and the absolute paths of the files that it will be asked about; `serve` runs
    the language server with its command line and returns its exit code. `check` gives a report for each of some files
    that share settings, in order, or says why it cannot; without it each file is analysed by itself. `codes` and `url`
    tell of rules without loading them."""

    open_project: Callable[[Settings, Sequence[str]], Project]
    rules: Callable[[], Sequence[Rule]]
    serve: Callable[[Sequence[str]], int]
    check: Callable[[Settings, Sequence[str], Economy], Iterator[Report | Failure]] | None = None
    codes: Callable[[], Iterable[str]] | None = None
    url: Callable[[str], str] | None = None

    def known_codes(self) -> frozenset[str]:
        """The codes of all rules."""
        return frozenset(self.codes() if self.codes else (rule.code for rule in self.rules()))

    def page_of(self, code: str) -> str | None:
        """Where the page of a rule stands."""
        return self.url(code) if self.url else {rule.code: rule.url for rule in self.rules()}.get(code)
