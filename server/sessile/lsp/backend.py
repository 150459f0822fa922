"""What the server asks of the analysis: the one seam between `lsp/` and the rest, so that tests can bring their own.

Answers depend on nothing but what was said through `configure` and `settle` and on the document given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sessile.lsp.options import Options
    from sessile.rules.finding import FileEdit, Finding, Fix, Report
    from sessile.rules.hint import StateHint
    from sessile.text import Document, Position, Range


@dataclass(frozen=True, slots=True)
class RulePage:
    """What is said of a rule where the cursor rests on it; `why` and `example` are Markdown."""

    code: str
    name: str
    summary: str
    why: str
    url: str


@dataclass(frozen=True, slots=True)
class Hint:
    """What is known of the value at a position, as Markdown; `range` is the name that it is said of."""

    text: str
    range: Range | None


@dataclass(frozen=True, slots=True)
class ConfigurationProblem:
    """One mistake in a configuration file, which is in force as it last was without mistakes."""

    path: str
    range: Range
    message: str


class Backend(Protocol):
    """The analysis of one client's folders."""

    def configure(self, folders: Mapping[str, Options]) -> None:
        """Read the configuration of these folders again; the key "" stands for files outside of all of them. A
        configuration file with a mistake leaves its last good settings in force."""

    def problems(self) -> Sequence[ConfigurationProblem]:
        """What is wrong with the configuration files that were needed since then."""

    def problems_in(self, document: Document) -> Sequence[ConfigurationProblem]:
        """What is wrong with a configuration file as it is being edited."""

    def settle(self, opened: Mapping[str, Document], touched: Iterable[str]) -> bool:
        """From now on other files see these texts (by path) instead of the disk's; `touched` are the files that
        changed, open or not. Whether any verdict may have changed thereby."""

    def apart(self) -> Backend:
        """One of its own for trying out texts, of which this one sees nothing."""

    def heed(self, interrupt: Callable[[], None] | None) -> None:
        """Call this often while computing; it raises Interrupted when the work is to be given up."""

    def analyze(self, document: Document, *, hurried: bool = False) -> Report:
        """In a hurry what other files would have to be judged for may be missing; then the report is not complete."""

    def explain(self, document: Document, position: Position) -> Hint | None: ...

    def hints(self, document: Document, place: Range) -> Sequence[StateHint]:
        """What becomes of objects and sessions within a range, at the lines where it happens."""

    def rewrites(self, document: Document, place: Range) -> Sequence[Finding]:
        """What could be written in another way at a place, though it is right; the codes end the kinds of actions."""

    def rewrite(self, code: str, place: Range, document: Document) -> Fix | None:
        """The rewrite with that code of just that place."""

    def repair(self, finding: Finding, document: Document) -> Fix | None: ...

    def sees(self, path: str, document: Document) -> str | None:
        """The text of another file that a repair of `document` would be computed for; None if there is none."""

    def link(self, code: str) -> str | None:
        """The address of a rule's page; None if there is no such rule."""

    def rule(self, code: str) -> RulePage | None: ...

    def codes(self) -> Sequence[str]:
        """Every rule's code, in order."""

    def files(self) -> Sequence[str]:
        """The Python files of all folders that nothing leaves out, by their absolute paths."""

    def helpers(self, document: Document) -> FileEdit:
        """The module that fixes of a document import helpers from; no edits if it is there."""

    def clear(self) -> None:
        """Forget all that was worked out."""

    def read(self, path: str) -> Document | None:
        """A file that is not open, as the analysis sees it; None if it cannot be read."""
