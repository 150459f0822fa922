"""What a rule is: a code, a claim, what it listens to, and how it is repaired.

A rule file holds one `RULE` and its checks. A check gets an event of the flow analysis, or a syntax node, and returns
the problem that it sees there or None. Rules keep no state between events.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, TypeVar

from sessile.rules.finding import Applicability, Severity, page_of

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable, Mapping

    from sessile.flow.events import Event
    from sessile.flow.scopes import Scope
    from sessile.flow.story import Site, Step
    from sessile.rules.context import SyntaxContext
    from sessile.rules.repair import Draft, Source

log = logging.getLogger(__name__)
E = TypeVar("E", bound="Event")
CAUSE = "{cause}"


@dataclass(frozen=True, slots=True)
class Problem:
    """What a check found.

    `message` has three parts: what is wrong here, why it fails, what to do. `story` are the steps that led here, oldest
    first. `data` holds the sites and names that the repair needs. `severity` None means the rule's own. `inner` is the
    node that fails where that is inside a called function; the problem is then shown at the call.
    """

    rule: Rule
    site: Site
    message: str
    severity: Severity | None = None
    story: tuple[Step, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)
    applicability: Applicability | None = None
    title: str | None = None
    inner: Site | None = None
    depth: int = 0
    #: The function that was analysed, and whether the problem stands only if somebody out of sight calls it.
    scope: Scope | None = None
    unseen: bool = False
    #: The functions that were followed on the way to `inner`, outermost first.
    followed: tuple[Scope, ...] = ()
    #: What `CAUSE` in the message stands for if it happened in another function; else it stands for nothing.
    cause: Step | None = None

    @property
    def claim(self) -> Severity:
        """The severity that is shown unless the user says otherwise."""
        return self.severity or self.rule.severity


Check = "Callable[[Event], Problem | Iterable[Problem] | None]"
Repairer = "Callable[[Problem, Source], Iterable[Draft]]"


@dataclass(frozen=True, slots=True)
class Offer:
    """What is said of a fix before anybody has computed it."""

    title: str
    applicability: Applicability


@dataclass(slots=True, eq=False)
class Rule:
    """One rule of the catalogue. `severity` is the usual one, `fix` the best applicability that its repair can have."""

    code: str
    name: str
    severity: Severity
    fix: Applicability | None = None
    default: bool = True
    checks: dict[type, Callable[..., object]] = field(default_factory=dict)
    syntax: dict[type, Callable[..., object]] = field(default_factory=dict)
    repairer: Callable[[Problem, Source], Iterable[Draft]] | None = None
    title: str | Callable[[Problem], str | None] | None = None
    #: Makes one problem of two at one place, the stronger first; without it the stronger stands alone.
    merger: Callable[[Problem, Problem], Problem] | None = None

    def merges(self, merger: Callable[[Problem, Problem], Problem]) -> Callable[[Problem, Problem], Problem]:
        """Register what makes one problem of two at one place."""
        self.merger = merger
        return merger

    def on(self, event: type[E]) -> Callable[[Callable[[E], object]], Callable[[E], object]]:
        """Register the check for an event of the flow analysis."""

        def register(check: Callable[[E], object]) -> Callable[[E], object]:
            self.checks[event] = check
            return check

        return register

    def visits(self, *kinds: type[ast.AST]) -> Callable[[Callable[..., object]], Callable[..., object]]:
        """Register the check for kinds of syntax nodes: `check(node, context: SyntaxContext)`."""

        def register(check: Callable[[ast.AST, SyntaxContext], object]) -> Callable[[ast.AST, SyntaxContext], object]:
            for kind in kinds:
                self.syntax[kind] = check
            return check

        return register

    def repairs(
        self, title: str | Callable[[Problem], str | None]
    ) -> Callable[[Callable[[Problem, Source], Iterable[Draft]]], Callable[[Problem, Source], Iterable[Draft]]]:
        """Register what drafts the rule's fixes, the best first; it runs only when a fix is asked for.

        `title` is what an editor shows before that; a function of the problem gives None where there is no fix.
        """

        def register(function: Callable[[Problem, Source], Iterable[Draft]]) -> Callable[..., Iterable[Draft]]:
            self.repairer, self.title = function, title
            return function

        return register

    def offer(self, problem: Problem) -> Offer | None:
        """Whether there may be a fix of a problem, and what it is called; cheap, so nothing is verified yet."""
        if self.repairer is None or self.title is None:
            return None
        try:
            title = problem.title or (self.title if isinstance(self.title, str) else self.title(problem))
        except Exception:
            log.exception("rule %s cannot name its fix, which is left out", self.code)
            return None
        applicability = problem.applicability or self.fix or Applicability.UNSAFE
        return Offer(title, applicability) if title is not None else None

    @property
    def documentation(self) -> str:
        """The rule's page, in Markdown."""
        return (
            resources.files("sessile.rules").joinpath("pages").joinpath(f"{self.code}.md").read_text(encoding="utf-8")
        )

    @property
    def summary(self) -> str:
        """The first sentence of the page."""
        paragraphs = self.documentation.split("\n\n")
        return " ".join(paragraphs[1].split()) if len(paragraphs) > 1 else ""

    @property
    def url(self) -> str:
        """Where the page stands."""
        return page_of(self.code)
