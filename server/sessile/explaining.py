"""What is known of the value under a cursor, with the story of how it came to be so."""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessile.flow.analysis import analyze_block, analyze_script, script_of
from sessile.flow.describing import describe, story_of
from sessile.flow.machine import Machine
from sessile.project.release import release_for
from sessile.rules.reporting import Reporter, node_range

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessile.flow.story import Site, Step
    from sessile.flow.values import Value
    from sessile.flow.world import World
    from sessile.project.settings import Settings
    from sessile.project.workspace import Workspace
    from sessile.syntax import Block
    from sessile.text import Document, Position, Range

#: Paths told apart; with more of them hover would be a page.
PATHS = 3


@dataclass(frozen=True, slots=True)
class Explanation:
    """Markdown about the value at `range` (absolute)."""

    text: str
    range: Range

    def __str__(self) -> str:
        return self.text


def explain(document: Document, position: Position, workspace: Workspace, settings: Settings) -> Explanation | None:
    """What is known of the name at a position, None where nothing of interest is."""
    module = workspace.open(document)
    placed = module.module.at(position.line)
    if placed is None:
        return None
    node = _node_at(placed.block, position.line - placed.line + 1, position.column)
    if node is None:
        return None
    version = release_for(settings, workspace.release())
    machine = Machine(workspace, _deaf, workspace.shared, version=version, watched=node)
    reporter, name, line = Reporter(module, workspace), ast.unparse(node), node.lineno
    analyze_block(machine, module, placed.block, (line, line))
    text = told(name, machine.seen, reporter)
    if not text and _called_here(placed.block, line):
        analyze_block(machine, module, placed.block)
    if not machine.seen and (script := script_of(module)):
        analyze_script(machine, module, script)
    text = text or told(name, machine.seen, reporter)
    return Explanation(text, module.module.absolute(placed.block, node_range(node))) if text else None


def _called_here(block: Block, line: int) -> bool:
    """Whether a function around a line of a block may be called from elsewhere in it, which tells more of it."""
    functions = [each for each in ast.walk(block.tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    around = [each.name for each in functions if each.lineno <= line <= (each.end_lineno or line)]
    return any(block.text.count(name) > 1 for name in around)


def told(name: str, seen: Iterable[tuple[Value, World]], reporter: Reporter) -> str:
    """What is known of a value on several paths, as Markdown; empty if there is nothing to say."""
    return "\n\n".join(_paragraph(name, each, reporter) for each in _distinct(seen, reporter))


def _deaf(event: object) -> None:
    """Nobody asks for findings here."""


def _node_at(block: Block, line: int, column: int) -> ast.expr | None:
    """The innermost name or attribute at a place of a block."""
    found: ast.expr | None = None
    for node in ast.walk(block.tree):
        if not isinstance(node, ast.Name | ast.Attribute) or node.end_lineno is None or node.end_col_offset is None:
            continue
        start, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
        if isinstance(node, ast.Attribute):
            start = (node.end_lineno, node.end_col_offset - len(node.attr.encode()))
        if start <= (line, column) <= end:
            found = node
    return found


def _distinct(seen: Iterable[tuple[Value, World]], reporter: Reporter) -> list[tuple[str, tuple[Step, ...]]]:
    """Distinct descriptions with their stories, in the order in which they were met."""
    found: dict[str, tuple[Step, ...]] = {}
    for value, world in seen:
        said = describe(world, value, lambda site: _place(site, reporter))
        if said is not None:
            found.setdefault(said, story_of(world, value))
    return list(found.items())[:PATHS]


def _place(site: Site, reporter: Reporter) -> str:
    location = reporter.locate(site)
    if location is None:
        return "a line that has changed"
    line = f"line {location.range.start.line}"
    return line if site.path == reporter.module.path else f"{line} of {os.path.basename(site.path)}"


def _paragraph(name: str, known: tuple[str, tuple[Step, ...]], reporter: Reporter) -> str:
    said, story = known
    steps = "".join(f"\n- {_place(step.site, reporter)}: {step.text}" for step in story)
    return f"`{name}`: {said}{steps}"
