"""What becomes of objects and sessions, told at the line where it happens: "user: detached, all columns expired".

Few hints and certain ones. A line has a hint only where all paths agree or where what they say can be told, only about
variables that are still used, and only if something changes there that somebody has to know.
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from sessile.explaining import told
from sessile.flow.analysis import analyze_function, analyze_script, functions_of, script_of, touches
from sessile.flow.changes import Changes, Moment
from sessile.flow.describing import cause
from sessile.flow.machine import Machine
from sessile.flow.names import module_world
from sessile.flow.relevance import relevant
from sessile.flow.values import ClassRef, SessionRef
from sessile.project.release import release_for
from sessile.rules.hint import Part, StateHint
from sessile.rules.reporting import Reporter
from sessile.syntax import Block
from sessile.text import Position, Range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sessile.flow.changes import Change
    from sessile.flow.revisions import Held
    from sessile.flow.scopes import ModuleScope, Scope
    from sessile.flow.story import Site
    from sessile.project.settings import Settings
    from sessile.project.workspace import Workspace
    from sessile.rules.finding import Location
    from sessile.text import Document

Key = tuple["Block | ast.AST", ...]
"""The blocks that something was computed of, and the function if it was one; of the top level the first block twice."""
Memory = dict[Key, "Held[list[Change]]"]
JUMPS = (ast.Return, ast.Raise, ast.Break, ast.Continue)
WAYS = 2
"""What the paths say, joined by "or"; more of it is no help."""
NAMES = 3
"""Variables named one by one."""


def hints(document: Document, place: Range, workspace: Workspace, settings: Settings) -> list[StateHint]:
    """The hints within a range, in order."""
    module = workspace.open(document)
    machine = Machine(workspace, _deaf, workspace.shared, version=release_for(settings, workspace.release()))
    reporter = Reporter(module, workspace)
    lines: dict[tuple[Position, str], dict[str, Change]] = {}
    memory = workspace.changes.setdefault(document.path, {})
    for each in _changes(machine, module, place, memory):
        position = _behind(module, each)
        if place.start <= position <= place.end and len(each.told) <= WAYS and _leads_on(each):
            lines.setdefault((position, _moment(each)), {})[each.name] = each
    return [StateHint(at, moment, _parts(names, reporter)) for (at, moment), names in sorted(lines.items(), key=_order)]


def _order(line: tuple[tuple[Position, str], object]) -> tuple[Position, str]:
    return line[0]


def _deaf(event: object) -> None:
    """Nobody asks for findings here."""


def _changes(m: Machine, module: ModuleScope, place: Range, memory: Memory) -> Iterator[Change]:
    """The changes in the blocks that a range touches; what was computed before is remembered as long as it holds."""
    placed = module.module.blocks
    there = {each.block for each in placed}
    for key in [each for each in memory if not there.issuperset(part for part in each if isinstance(part, Block))]:
        del memory[key]
    touched = [
        each for each in placed if each.line <= place.end.line and place.start.line <= each.line + each.block.lines
    ]
    for each in touched:
        lines = place.start.line - each.line + 1, place.end.line - each.line + 1
        for scope, owner in functions_of(m, each.block.tree, module_world(m, module, each.block)):
            if touches(scope, lines) and relevant(m, scope):
                yield from _remembered(m, memory, (each.block, scope.node), partial(_in_function, m, scope, owner))
    script = script_of(module)
    if not set(script).isdisjoint(each.block for each in touched):
        yield from _remembered(m, memory, (script[0], *script), partial(_in_script, m, module, script))


def _remembered(m: Machine, memory: Memory, key: Key, compute: Callable[[], list[Change]]) -> list[Change]:
    known = m.recall(memory.get(key))
    if known is None:
        known = memory[key] = m.remember(compute, m.reads[-1])
    return known.value


def _in_function(m: Machine, scope: Scope, owner: ClassRef | None) -> list[Change]:
    m.changes = changes = Changes((scope.node,))
    followed = analyze_function(m, scope, owner)
    m.changes = None
    return list(changes.all()) if followed else []


def _in_script(m: Machine, module: ModuleScope, blocks: list[Block]) -> list[Change]:
    m.changes = changes = Changes(tuple(block.tree for block in blocks))
    followed = analyze_script(m, module, blocks)
    m.changes = None
    return list(changes.all()) if followed else []


def _behind(module: ModuleScope, change: Change) -> Position:
    """The end of a change's statement in the file."""
    node = change.node
    line, column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    return module.module.absolute(change.block, Range.at(line, column, line, column)).start


def _moment(change: Change) -> str:
    """Behind the last line of a `with` is where it has ended, unless that line is deeper inside."""
    node = change.node
    while isinstance(node, ast.With | ast.AsyncWith):
        node = node.body[-1]
    return change.moment.value if change.moment is Moment.BLOCK and hasattr(node, "body") else ""


def _leads_on(change: Change) -> bool:
    """Whether what happens after a block may follow upon its last line."""
    inside = (each for each in ast.walk(change.node) if isinstance(each, JUMPS) and change.moment is Moment.BLOCK)
    return all(
        (each.end_lineno, each.end_col_offset) != (change.node.end_lineno, change.node.end_col_offset)
        for each in inside
    )


def _parts(changes: dict[str, Change], reporter: Reporter) -> tuple[Part, ...]:
    """Variables of which the same is to be said share a part; sessions come last."""
    groups: dict[str, list[Change]] = {}
    for each in sorted(changes.values(), key=_of_session):
        groups.setdefault(_either(sorted(each.told, key=len)), []).append(each)
    return tuple(_part(said, group, reporter) for said, group in groups.items())


def _of_session(change: Change) -> bool:
    return any(isinstance(known.value, SessionRef) for known in change.told.values())


def _either(ways: list[str]) -> str:
    """What the paths say, the shortest first."""
    if len(ways) == WAYS and ways[1].startswith(f"{ways[0]}, "):
        return f"{ways[0]}, perhaps {ways[1][len(ways[0]) + 2 :]}"
    return " or ".join(ways)


def _part(said: str, group: list[Change], reporter: Reporter) -> Part:
    more = f" and {len(group) - NAMES} more" if len(group) > NAMES else ""
    names = ", ".join(each.name for each in group[:NAMES])
    alone = {frozenset(known.value for known in each.told.values()): each for each in reversed(group[:NAMES])}
    stories = (told(each.name, each.told.values(), reporter) for each in reversed(alone.values()))
    tooltip = "\n\n".join(filter(None, stories))
    return Part(f"{names}{more}: {said}", tooltip, _elsewhere(group, reporter))


def _elsewhere(group: Iterable[Change], reporter: Reporter) -> Location | None:
    """Where the one thing happened that made this so, if it is in another statement than the hint's."""
    found: list[Site] = []
    for change in group:
        nodes = set(ast.walk(change.node))
        sites = (cause(known.world, known.value) for known in change.told.values())
        found.extend(each for each in sites if each is not None and each.node not in nodes)
    return reporter.locate(found[0]) if found else None
