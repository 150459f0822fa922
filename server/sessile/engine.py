"""From a document to a report: the one entry for editor, command line and tests.

A pure function of the document, the workspace as it stands and the settings. It cannot fail: a rule that raises loses
only itself, a block that cannot be analysed loses only its own findings.
"""

from __future__ import annotations

import ast
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.flow.analysis import analyze_block
from sessile.flow.callers import all_followed
from sessile.flow.machine import Machine
from sessile.rules import precedence
from sessile.rules.context import SyntaxContext
from sessile.rules.registry import all_rules
from sessile.rules.reporting import Reporter
from sessile.rules.rule import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sessile.flow.events import Event
    from sessile.flow.scopes import ModuleScope
    from sessile.project.settings import Settings
    from sessile.project.workspace import Workspace
    from sessile.rules.finding import Finding, Fix, Report
    from sessile.rules.rule import Rule
    from sessile.syntax import Block
    from sessile.text import Document

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Collector:
    """Hands events to the rules that listen, and keeps the strongest problem of each place."""

    listeners: dict[type, list[tuple[Rule, Callable[..., object]]]]
    found: dict[tuple[str, object, int], Problem] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def listen(self, event: Event) -> None:
        """Let every rule that listens judge an event."""
        for rule, check in self.listeners.get(type(event), ()):
            self.run(rule, lambda check=check: check(event))

    def run(self, rule: Rule, check: Callable[[], object]) -> None:
        """Run one check; a rule that raises is switched off and the log says so."""
        if rule.code in self.broken:
            return
        try:
            answer = check()
        except Exception:
            self.broken.add(rule.code)
            log.exception("rule %s failed and is left out of this report", rule.code)
            return
        for problem in _problems(answer):
            self.add(problem)

    def add(self, problem: Problem) -> None:
        """Keep a problem unless the same place has a stronger one of the same rule."""
        scope = id(problem.scope) if problem.unseen else 0
        key = (problem.rule.code, problem.site.key, scope)
        held = self.found.get(key)
        if held is None or problem.claim.rank < held.claim.rank:
            self.found[key] = problem


def _problems(answer: object) -> Iterable[Problem]:
    if answer is None:
        return ()
    return (answer,) if isinstance(answer, Problem) else answer  # type: ignore[return-value]  # checks give problems


def collect(module: ModuleScope, workspace: Workspace, settings: Settings) -> list[Problem]:
    """All problems of a module, in no particular order, before suppression."""
    here = [rule for rule in all_rules() if not settings.ignored_in(module.path, rule.code)]
    rules = [rule for rule in here if settings.enabled(rule.code, rule.default)]
    listeners: dict[type, list[tuple[Rule, Callable[..., object]]]] = {}
    visitors: dict[type, list[tuple[Rule, Callable[..., object]]]] = {}
    for rule in rules:
        for event, check in rule.checks.items():
            listeners.setdefault(event, []).append((rule, check))
        for kind, check in rule.syntax.items():
            visitors.setdefault(kind, []).append((rule, check))
    collector = Collector(listeners)
    version = tuple(int(part) for part in (settings.sqlalchemy_version or "2.0").split("."))
    machine = Machine(workspace, collector.listen, workspace.shared, version=version)
    for placed in module.module.blocks:
        _block(machine, module, placed.block, collector, visitors)
    return precedence.settled(list(collector.found.values()), lambda problem: _callers_known(machine, problem))


def _callers_known(machine: Machine, problem: Problem) -> bool:
    """Whether everybody who calls the problem's function was followed."""
    try:
        return problem.scope is not None and all_followed(machine, problem.scope)
    except Exception:
        log.exception("the callers of a function could not be followed")
        return False


def _block(
    machine: Machine,
    module: ModuleScope,
    block: Block,
    collector: Collector,
    visitors: dict[type, list[tuple[Rule, Callable[..., object]]]],
) -> None:
    try:
        analyze_block(machine, module, block)
    except Exception:
        log.exception("a block of %s could not be analysed", module.path)
    if visitors:
        _walk(block.tree, (), SyntaxContext(module.path, block, ()), collector, visitors)


def _walk(
    node: ast.AST,
    parents: tuple[ast.AST, ...],
    context: SyntaxContext,
    collector: Collector,
    visitors: dict[type, list[tuple[Rule, Callable[..., object]]]],
) -> None:
    for rule, check in visitors.get(type(node), ()):
        here = SyntaxContext(context.path, context.block, parents)
        collector.run(rule, lambda check=check, here=here: check(node, here))
    for child in ast.iter_child_nodes(node):
        _walk(child, (*parents, node), context, collector, visitors)


def problems_of(document: Document, workspace: Workspace, settings: Settings) -> tuple[Report, dict[str, Problem]]:
    """The report of a document, and the problem behind each fingerprint in it."""
    module = workspace.open(document)
    reporter = Reporter(module, workspace)
    report = reporter.report(collect(module, workspace, settings), settings)
    return report, reporter.sources


def analyze(document: Document, workspace: Workspace, settings: Settings) -> Report:
    """The findings of a document, seen within its workspace."""
    return problems_of(document, workspace, settings)[0]


def repair(finding: Finding, document: Document, workspace: Workspace, settings: Settings) -> Fix | None:
    """The fix of a finding, built now and verified; None where there is none after all."""
    from sessile.fixes.repair import repair as build

    return build(finding, document, workspace, settings)
