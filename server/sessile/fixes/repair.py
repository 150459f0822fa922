"""Builds the fix of a finding: the first of its rule's drafts that proves right.

A draft that uncovers further findings (what follows a line that raises is not reached, hence not reported) is carried
on with their repairs, and stands only if nothing is left in the end. The result is one fix against the present texts.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sessile.fixes.difference import difference
from sessile.fixes.verify import Verifier
from sessile.rules.finding import Applicability, FileEdit, Fix
from sessile.rules.repair import NotRepairable, Source
from sessile.text import apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sessile.fixes.verify import Leftover
    from sessile.project.settings import Settings
    from sessile.project.workspace import Workspace
    from sessile.rules.finding import Finding
    from sessile.rules.repair import Draft
    from sessile.rules.rule import Offer, Problem, Rule
    from sessile.text import Document

log = logging.getLogger(__name__)

#: How many repairs may be carried on one after another, and how many drafts are tried in all.
DEPTH = 4
TRIALS = 24


@dataclass(frozen=True)
class Trial:
    """Drafts applied one after another: the texts that come out, and what the result is called."""

    texts: Mapping[str, str] = field(default_factory=dict)
    created: Mapping[str, str] = field(default_factory=dict)
    titles: tuple[str, ...] = ()
    safe: bool = True
    automatic: bool = True
    files: tuple[FileEdit, ...] = ()

    def with_draft(self, draft: Draft, offer: Offer, source: Source) -> Trial:
        """This, with one more draft; raises ValueError if its edits overlap."""
        texts, created = dict(self.texts), dict(self.created)
        for file in draft.files:
            if file.creates:
                created[file.path] = file.edits[0].text
            else:
                texts[file.path] = apply_edits(source.document(file.path).text, file.edits)
        title = draft.title or offer.title
        safe = (draft.applicability or offer.applicability) is Applicability.SAFE
        titles = self.titles if title in self.titles else (*self.titles, title)
        files = () if self.titles else draft.files
        return Trial(texts, created, titles, self.safe and safe, self.automatic and draft.automatic, files)

    def fix(self, source: Source) -> Fix:
        """The fix, with edits against the texts of `source`."""
        files = self.files or (
            *(FileEdit(path, difference(source.document(path).text, text)) for path, text in self.texts.items()),
            *(file for file in _created(self.created)),
        )
        applicability = Applicability.SAFE if self.safe else Applicability.UNSAFE
        return Fix(_joined(self.titles), applicability, tuple(files), self.automatic)


def _created(texts: Mapping[str, str]) -> Iterator[FileEdit]:
    from sessile.text import Edit, Range

    for path, text in texts.items():
        yield FileEdit(path, (Edit(Range.at(1, 0, 1, 0), text),), creates=True)


def _joined(titles: tuple[str, ...]) -> str:
    first, *others = titles
    return "; ".join((first, *(other[:1].lower() + other[1:] for other in others)))


def repair(
    finding: Finding,
    document: Document,
    workspace: Workspace,
    settings: Settings,
    *,
    rewrites: tuple[Rule, ...] = (),
) -> Fix | None:
    """The verified fix of a finding in a document; None where there is none after all. `rewrites` are rules besides."""
    from sessile.engine import problems_of

    report, problems = problems_of(document, workspace, settings, rewrites=rewrites)
    problem = problems.get(finding.fingerprint)
    if problem is None:
        return None
    source = Source(workspace.open(document), workspace, settings)
    present = next(
        (each for each in (*report.findings, *report.suppressed) if each.fingerprint == finding.fingerprint), finding
    )
    search = Search(source, Verifier(source, present, {document.path: report}, rewrites))
    found = search.run(problem, source, Trial())
    return found.fix(source) if found is not None else None


@dataclass
class Search:
    """Tries drafts until one leaves nothing behind."""

    source: Source
    verifier: Verifier
    trials: int = 0

    def run(self, problem: Problem, source: Source, done: Trial, depth: int = 0) -> Trial | None:
        """The trial that proves right, or None."""
        offer = problem.rule.offer(problem)
        if offer is None:
            return None
        for draft in drafts(problem, source):
            if self.trials >= TRIALS:
                return None
            found = self._try(problem, draft, offer, source, done, depth)
            if found is not None:
                return found
        return None

    def _try(
        self, problem: Problem, draft: Draft, offer: Offer, source: Source, done: Trial, depth: int
    ) -> Trial | None:
        self.trials += 1
        try:
            trial = done.with_draft(draft, offer, source)
        except ValueError:
            log.debug("a repair of %s has edits that overlap", problem.rule.code, exc_info=True)
            return None
        if not self.verifier.holds_together(trial.texts):
            log.debug("a repair of %s writes a name that nothing binds there", problem.rule.code)
            return None
        left = self.verifier.leftovers(trial.texts, trial.created)
        if not left:
            return trial
        following = left[0]
        if depth >= DEPTH or following.problem is None or _same(problem, following):
            return None
        return self.run(following.problem, following.source, trial, depth + 1)


def _same(problem: Problem, left: Leftover) -> bool:
    """Whether a draft did nothing for its problem."""
    return left.problem is not None and left.problem.rule is problem.rule and left.problem.message == problem.message


def drafts(problem: Problem, source: Source) -> Iterator[Draft]:
    """The drafts of a problem's rule, with the edits that change nothing left out; a rule that fails has none."""
    repairer = problem.rule.repairer
    if repairer is None:
        return
    try:
        for draft in repairer(problem, source):
            files = tuple(replace(file, edits=file.edits) for file in draft.files if file.edits)
            if files:
                yield replace(draft, files=files)
    except NotRepairable as reason:
        log.debug("%s is not repaired: %s", problem.rule.code, reason)
    except Exception:
        log.exception("the repair of %s failed", problem.rule.code)
