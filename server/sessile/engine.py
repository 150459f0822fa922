"""From a document to a report: the one entry for editor, command line and tests.

A pure function of the document, the workspace as it stands and the settings. It cannot fail: a rule that raises loses
only itself, a block that cannot be analysed loses only its own findings.
"""

from __future__ import annotations

import ast
import logging
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sessile.flow.analysis import analyze_block, analyze_script, script_of
from sessile.flow.callers import all_followed
from sessile.flow.machine import Machine
from sessile.project.release import release_for
from sessile.rules import precedence
from sessile.rules.context import SyntaxContext
from sessile.rules.finding import Report, Severity
from sessile.rules.registry import all_rules
from sessile.rules.reporting import Reporter, syntax_findings
from sessile.rules.rule import Problem
from sessile.rules.verdict import Verdict
from sessile.syntax import parse, parses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sessile.explaining import Explanation
    from sessile.flow.events import Event
    from sessile.flow.revisions import Read
    from sessile.flow.scopes import ModuleScope
    from sessile.project.settings import Settings
    from sessile.project.workspace import Workspace
    from sessile.rules.finding import Finding, Fix
    from sessile.rules.hint import StateHint
    from sessile.rules.rule import Rule
    from sessile.syntax import Block
    from sessile.text import Document, Position, Range

log = logging.getLogger(__name__)
Listeners = dict[type, list[tuple["Rule", "Callable[..., object]"]]]


@dataclass(slots=True)
class Collector:
    """Hands events to the rules that listen, and keeps the strongest problem of each place."""

    listeners: Listeners
    found: dict[tuple[str, object, int], Problem] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def listen(self, event: Event) -> None:
        """Let every rule that listens judge an event."""
        for rule, check in self.listeners.get(type(event), ()):
            self.run(rule, partial(check, event), doubtful=event.world.doubtful)

    def run(self, rule: Rule, check: Callable[[], object], *, doubtful: bool = False) -> None:
        """Run one check; a rule that raises is switched off and the log says so. What is found on a doubtful path is
        no error."""
        if rule.code in self.broken:
            return
        try:
            problems = list(_problems(check()))
        except Exception:
            self.broken.add(rule.code)
            log.exception("rule %s failed and is left out of this report", rule.code)
            return
        for problem in problems:
            if doubtful and problem.claim is Severity.ERROR:
                problem = replace(problem, severity=Severity.WARNING)
            self.add(problem)

    def add(self, problem: Problem) -> None:
        """Keep a problem unless the same place has a stronger one of the same rule."""
        scope = id(problem.scope) if problem.unseen else 0
        key = (problem.rule.code, problem.site.key, scope)
        held = self.found.get(key)
        if held is not None and problem.rule.merger is not None:
            self.found[key] = problem.rule.merger(*sorted((held, problem), key=lambda each: each.claim.rank))
        elif held is None or problem.claim.rank < held.claim.rank:
            self.found[key] = problem


def _problems(answer: object) -> Iterable[Problem]:
    if answer is None:
        return ()
    return (answer,) if isinstance(answer, Problem) else answer  # type: ignore[return-value]  # checks give problems


class Found(NamedTuple):
    """The problems of a module that stand, in no particular order, before suppression; what was read for them; and
    whether these are all."""

    problems: list[Problem]
    reads: frozenset[Read]
    complete: bool


def collect(
    module: ModuleScope,
    workspace: Workspace,
    settings: Settings,
    *,
    hurried: bool = False,
    rewrites: tuple[Rule, ...] = (),
) -> Found:
    """In a hurry other files are not judged for it: what was last found out of them counts."""
    here = [rule for rule in all_rules() if not settings.ignored_in(module.path, rule.code)]
    rules = [*(rule for rule in here if settings.enabled(rule.code, rule.default)), *rewrites]
    version = release_for(settings, workspace.release())
    judge = Judge(rules, version, workspace, hurried=hurried)
    problems: list[Problem] = []
    for placed in module.module.blocks:
        problems.extend(judge.judged(module, placed.block).problems)
    problems.extend(judge.script(module))
    own = [problem for problem in problems if not _told_elsewhere(judge, module, problem)]
    settled = precedence.settled(own, lambda problem: _callers_known(judge, problem))
    return Found(settled, frozenset(judge.machine.reads[-1]), judge.complete)


def _told_elsewhere(judge: Judge, module: ModuleScope, problem: Problem) -> bool:
    """Whether what fails further down is a finding nearer to where it fails, in a function of another file."""
    try:
        return problem.inner is not None and any(
            each.rule is problem.rule
            and (each.inner or each.site).key == problem.inner.key
            and each.claim.rank <= problem.claim.rank
            and each.depth < problem.depth
            and not (each.unseen and each.depth == 0 and _callers_known(judge, each))
            for scope in dict.fromkeys(problem.followed)
            if scope.module.path != module.path and not judge.workspace.is_outside(scope.module.path)
            for each in judge.elsewhere(scope.module, scope.block).problems
        )
    except NotYet:
        return True


class NotYet(Exception):
    """Another file would have to be judged first, and there is no time for it."""


class Judge:
    """Lets the rules judge blocks; what a block was judged before is remembered as long as it holds.

    `complete` is False once a hurried judge had to do without a verdict that holds.
    """

    def __init__(
        self, rules: list[Rule], version: tuple[int, ...], workspace: Workspace, *, hurried: bool = False
    ) -> None:
        self.hurried = hurried
        self.complete = True
        self.listeners: Listeners = {}
        self.visitors: Listeners = {}
        for rule in rules:
            for event, check in rule.checks.items():
                self.listeners.setdefault(event, []).append((rule, check))
            for kind, check in rule.syntax.items():
                self.visitors.setdefault(kind, []).append((rule, check))
        self.key = (tuple(rule.code for rule in rules), version)
        self.broken: set[str] = set()
        self.workspace = workspace
        self.machine = Machine(workspace, _deaf, workspace.shared, version=version)

    def judged(self, module: ModuleScope, block: Block) -> Verdict:
        """The verdict on a block of a module."""
        memory = self.workspace.verdicts.setdefault(block, {})
        held = self.machine.recall(memory.get(self.key))
        if held is None:
            held = memory[self.key] = self.machine.remember(lambda: self._judge(module, block))
        for node, calls in held.value.followed.items():
            self.machine.followed.setdefault(node, set()).update(calls)
        return held.value

    def near(self, module: ModuleScope, block: Block, lines: tuple[int, int]) -> list[Problem]:
        """The problems in the functions that touch some lines of a block; nothing of it is remembered."""
        return self._heard(module, lambda: analyze_block(self.machine, module, block, lines)).problems

    def elsewhere(self, module: ModuleScope, block: Block) -> Verdict:
        """The verdict on a block of another file; in a hurry the last one, or NotYet if there is none."""
        if not self.hurried:
            return self.judged(module, block)
        last = self.workspace.verdicts.get(block, {}).get(self.key)
        held = self.machine.recall(last)
        if held is None:
            self.complete = False
            if last is None:
                raise NotYet
            return last.value
        return self.judged(module, block)

    def script(self, module: ModuleScope) -> list[Problem]:
        """The problems of a module's top-level code, which runs through all its blocks."""
        blocks = script_of(module)
        if not blocks:
            return []
        memory = self.workspace.verdicts.setdefault(blocks[0], {})
        key = (self.key, tuple(map(id, blocks)))
        held = self.machine.recall(memory.get(key))
        if held is None:
            held = memory[key] = self.machine.remember(
                lambda: self._heard(module, lambda: analyze_script(self.machine, module, blocks))
            )
        return held.value.problems

    def _judge(self, module: ModuleScope, block: Block) -> Verdict:
        verdict = self._heard(module, lambda: analyze_block(self.machine, module, block))
        if self.visitors:
            collector = Collector(self.listeners, broken=self.broken)
            _walk(block.tree, (), SyntaxContext(module.path, block, ()), collector, self.visitors)
            verdict.problems.extend(collector.found.values())
        return verdict

    def _heard(self, module: ModuleScope, run: Callable[[], object]) -> Verdict:
        """Run a part of the analysis while the rules listen."""
        collector = Collector(self.listeners, broken=self.broken)
        machine = self.machine
        before, machine.followed, machine.listen = machine.followed, {}, collector.listen
        try:
            run()
        except Exception:
            log.exception("a part of %s could not be analysed", module.path)
        finally:
            followed, machine.followed, machine.listen = machine.followed, before, _deaf
        return Verdict(list(collector.found.values()), followed)


def _deaf(event: Event) -> None:
    """Nobody listens between blocks."""


def _callers_known(judge: Judge, problem: Problem) -> bool:
    """Whether everybody who calls the problem's function was followed.

    In a hurry, where a caller's verdict does not hold any more, what was last found out; and until something was, the
    problem is held back.
    """
    scope = problem.scope
    if scope is None:
        return False
    key = (scope.module.path, scope.qualname)
    before, judge.complete = judge.complete, True
    try:
        known = all_followed(judge.machine, scope, judge.elsewhere)
    except NotYet:
        known = True
    except Exception:
        log.exception("the callers of a function could not be followed")
        known = False
    if judge.complete:
        judge.workspace.followed[key] = known
    else:
        known = judge.workspace.followed.get(key, True)
    judge.complete &= before
    return known


def _walk(
    node: ast.AST,
    parents: tuple[ast.AST, ...],
    context: SyntaxContext,
    collector: Collector,
    visitors: Listeners,
) -> None:
    for rule, check in visitors.get(type(node), ()):
        here = SyntaxContext(context.path, context.block, parents)
        collector.run(rule, partial(check, node, here))
    for child in ast.iter_child_nodes(node):
        _walk(child, (*parents, node), context, collector, visitors)


def problems_of(
    document: Document,
    workspace: Workspace,
    settings: Settings,
    *,
    hurried: bool = False,
    rewrites: tuple[Rule, ...] = (),
) -> tuple[Report, dict[str, Problem]]:
    """The report of a document, and the problem behind each fingerprint in it; `rewrites` are rules besides."""
    module = workspace.open(document)
    reporter = Reporter(module, workspace)
    found = collect(module, workspace, settings, hurried=hurried, rewrites=rewrites)
    return replace(reporter.report(found.problems, settings), complete=found.complete), reporter.sources


def examine(document: Document, workspace: Workspace, settings: Settings) -> tuple[Report, frozenset[Read]]:
    """The findings of a document, and the names that were read for them: all that they depend on but its own text."""
    module = workspace.open(document)
    found = collect(module, workspace, settings)
    return Reporter(module, workspace).report(found.problems, settings), found.reads


def analyze(document: Document, workspace: Workspace, settings: Settings, *, hurried: bool = False) -> Report:
    """The findings of a document, seen within its workspace; in a hurry perhaps not all, and then it says so."""
    return problems_of(document, workspace, settings, hurried=hurried)[0]


def glance(document: Document) -> Report:
    """The report of a document of which it is known that it has no findings, unless its syntax is broken."""
    if parses(document.text):
        return Report(document.path, ())
    return Report(document.path, tuple(syntax_findings(parse(document))))


def explain(document: Document, position: Position, workspace: Workspace, settings: Settings) -> Explanation | None:
    """What is known of the value at a position, None where nothing of interest is."""
    from sessile.explaining import explain as build

    try:
        return build(document, position, workspace, settings)
    except Exception:
        log.exception("the value at line %s of %s could not be explained", position.line, document.path)
        return None


def hints(document: Document, place: Range, workspace: Workspace, settings: Settings) -> list[StateHint]:
    """What becomes of objects and sessions within a range, at the lines where it happens."""
    from sessile.hinting import hints as build

    try:
        return build(document, place, workspace, settings)
    except Exception:
        log.exception("the hints of %s could not be worked out", document.path)
        return []


def repair(finding: Finding, document: Document, workspace: Workspace, settings: Settings) -> Fix | None:
    """The fix of a finding, built now and verified; None where there is none after all."""
    from sessile.fixes.repair import repair as build

    return build(finding, document, workspace, settings)


def rewrites(document: Document, place: Range, workspace: Workspace, settings: Settings) -> list[Finding]:
    """What could be written in another way at a place, though it is right: see `rules.rewrites`."""
    from sessile.rewriting import rewrites as build

    try:
        return build(document, place, workspace, settings)
    except Exception:
        log.exception("the rewrites in %s could not be found", document.path)
        return []


def rewrite(code: str, place: Range, document: Document, workspace: Workspace, settings: Settings) -> Fix | None:
    """One of the rewrites, built now and verified; None where there is none after all."""
    from sessile.rewriting import rewrite as build

    return build(code, place, document, workspace, settings)
