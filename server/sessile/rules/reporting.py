"""From problems to findings: absolute places, related locations, fingerprints, severities, suppressions."""

from __future__ import annotations

import ast
import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sessile.rules.finding import Finding, Location, Related, Report, Severity
from sessile.rules.rule import CAUSE
from sessile.syntax.suppressions import find
from sessile.text import Range

if TYPE_CHECKING:
    from sessile.flow.scopes import ModuleScope
    from sessile.flow.story import Site
    from sessile.flow.workspace import Workspace
    from sessile.project.settings import Settings
    from sessile.rules.rule import Problem
    from sessile.syntax import Block, Module

SYNTAX = "SYNTAX"
Surroundings = tuple[str, ast.AST, str]

_surroundings: WeakKeyDictionary[Block, dict[ast.AST, Surroundings]] = WeakKeyDictionary()


@dataclass(slots=True)
class Reporter:
    """Makes the report of one module."""

    module: ModuleScope
    workspace: Workspace
    sources: dict[str, Problem] = field(default_factory=dict)

    def report(self, problems: list[Problem], settings: Settings) -> Report:
        """Findings in order of their places; `sources` then leads from a fingerprint back to its problem."""
        suppressions = find(self.module.module)
        shown: list[Finding] = []
        hidden: list[Finding] = []
        ordinals: dict[str, int] = {}
        own = [problem for problem in problems if problem.site.path == self.module.path]
        for problem in sorted(own, key=self._order):
            finding = self._finding(problem, settings, ordinals)
            if finding is None:
                continue
            self.sources[finding.fingerprint] = problem
            covered = suppressions.covers(finding.code, finding.statement)
            (hidden if covered else shown).append(finding)
        shown.extend(syntax_findings(self.module.module))
        shown.sort(key=lambda each: (each.location.range.start, each.code))
        return Report(self.module.path, tuple(shown), tuple(hidden))

    def _order(self, problem: Problem) -> tuple[int, int, str]:
        place = self.place(problem.site)
        return (place.start.line, place.start.column, problem.rule.code)

    def _finding(self, problem: Problem, settings: Settings, ordinals: dict[str, int]) -> Finding | None:
        rule = problem.rule
        qualname, statement, text = around(problem.site.block, problem.site.node)
        base = f"{rule.code}\0{qualname}\0{text}"
        ordinals[base] = ordinals.get(base, -1) + 1
        fingerprint = hashlib.sha256(f"{base}\0{ordinals[base]}".encode("utf-8", "surrogatepass")).hexdigest()[:20]
        severity = settings.severity_of(rule.code, problem.claim)
        location = Location(problem.site.path, self.place(problem.site))
        offer = rule.offer(problem)
        return Finding(
            rule.code,
            rule.name,
            Severity(severity),
            self._message(problem),
            location,
            self.place_of(problem.site.block, statement),
            fingerprint,
            self._related(problem),
            offer.applicability if offer is not None else None,
            offer.title if offer is not None else None,
        )

    def _message(self, problem: Problem) -> str:
        """What is said, with the chain where the cause lies in another function."""
        cause = problem.cause
        place = self.locate(cause.site) if cause is not None and CAUSE in problem.message else None
        told = ""
        if cause is not None and place is not None:
            name = around(cause.site.block, cause.site.node)[0]
            if (place.path, name) != (problem.site.path, around(problem.site.block, problem.site.node)[0]):
                *_, package, file = ("", *re.split(r"[/\\]", place.path))
                module = package if file == "__init__.py" else file.removesuffix(".py")
                where = f"`{module}.{name}`" if name else f"`{module}`"
                told = f"{cause.text} in {where} ({file}:{place.range.start.line})"
        return problem.message.replace(CAUSE, told)

    def _related(self, problem: Problem) -> tuple[Related, ...]:
        found: list[Related] = []
        for step in problem.story:
            place = self.locate(step.site)
            if place is not None:
                found.append(Related(place, step.text))
        return tuple(found)

    def locate(self, site: Site) -> Location | None:
        """The absolute place of a site, in whatever module it is; None if its text has changed meanwhile."""
        module = self.module if site.path == self.module.path else self.workspace.scope_of(site.path)
        if module is None:
            return None
        try:
            return Location(site.path, module.module.absolute(site.block, node_range(site.node)))
        except KeyError:
            return None

    def place(self, site: Site) -> Range:
        """The absolute range of a site of this module."""
        return self.place_of(site.block, site.node)

    def place_of(self, block: Block, node: ast.AST) -> Range:
        return self.module.module.absolute(block, node_range(node))


def syntax_findings(module: Module) -> list[Finding]:
    """What is wrong with the syntax of a module, one finding for each broken block."""
    found: list[Finding] = []
    for placed in module.blocks:
        problem = placed.block.problem
        if problem is None:
            continue
        place = Range(problem.position, problem.position).moved(placed.line - 1)
        message = f"{problem.message}; findings that depend on this part are left out until it parses"
        mark = hashlib.sha256(f"{SYNTAX}\0{placed.block.text}".encode("utf-8", "surrogatepass")).hexdigest()[:20]
        location = Location(module.path, place)
        found.append(Finding(SYNTAX, "invalid-syntax", Severity.ERROR, message, location, place, mark))
    return found


def node_range(node: ast.AST) -> Range:
    """The range of a node within its block; a handler, definition or block statement is its header's first line."""
    if isinstance(node, ast.Module):
        return Range.at(1, 0, 1, 0)
    line, column = node.lineno, node.col_offset  # type: ignore[attr-defined]  # every other node has them
    if isinstance(node, ast.ExceptHandler):
        end = node.type
        if end is not None and end.end_lineno is not None and end.end_col_offset is not None:
            return Range.at(line, column, end.end_lineno, end.end_col_offset)
        return Range.at(line, column, line, column + len("except"))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        keyword = {ast.FunctionDef: "def ", ast.AsyncFunctionDef: "async def ", ast.ClassDef: "class "}[type(node)]
        return Range.at(line, column, line, column + len(keyword) + len(node.name.encode()))
    if isinstance(node, ast.stmt) and isinstance(getattr(node, "body", None), list):
        first = node.body[0]  # type: ignore[attr-defined]
        if first.lineno > line:
            return Range.at(line, column, line, column + 1)
    return Range.at(line, column, node.end_lineno or line, node.end_col_offset or column)  # type: ignore[attr-defined]


def around(block: Block, node: ast.AST) -> Surroundings:
    """The qualified name of the function around a node, the statement that holds it, and that statement's text without
    its layout; worked out once, since blocks never change."""
    known = _surroundings.setdefault(block, {})
    if node not in known:
        known[node] = _around(block, node)
    return known[node]


def _around(block: Block, node: ast.AST) -> Surroundings:
    found = _path(block.tree, node) or [node]
    names = [each.name for each in found if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    statements = [each for each in found if isinstance(each, ast.stmt | ast.ExceptHandler)]
    statement = statements[-1] if statements else node
    return ".".join(names), statement, normalised(statement)


def _path(tree: ast.AST, node: ast.AST) -> list[ast.AST] | None:
    if tree is node:
        return [tree]
    line = getattr(node, "lineno", None)
    for child in ast.iter_child_nodes(tree):
        start, end = getattr(child, "lineno", None), getattr(child, "end_lineno", None)
        if line is not None and start is not None and end is not None and not _first(child, start) <= line <= end:
            continue
        inner = _path(child, node)
        if inner is not None:
            return [tree, *inner]
    return None


def _first(node: ast.AST, start: int) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([start, *(each.lineno for each in decorators)])


def normalised(node: ast.AST) -> str:
    """A statement's text without its layout; of a block statement only the header counts."""
    if isinstance(node, ast.ExceptHandler):
        return f"except {ast.unparse(node.type) if node.type is not None else ''}"
    try:
        text = ast.unparse(node)
    except (RecursionError, ValueError, AttributeError):
        return type(node).__name__
    return text.partition("\n")[0] if isinstance(getattr(node, "body", None), list) else text
